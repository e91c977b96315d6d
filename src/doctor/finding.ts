import { DeliveryError } from '../domain/errors.ts';

/** `skipped`: could not be looked at, because of an earlier failure or because it is not set up. */
export type Status = 'ok' | 'warning' | 'failure' | 'skipped';

/** What Stagepost can do about a finding itself. */
export interface Fix {
  /** "It …": `creates the text field "Plan"`. */
  does: string;
  /** Only when it is told where the other side reaches it. */
  needsPublicUrl: boolean;
}

/** What one check found. */
export interface Finding {
  /** Null: about the whole installation. */
  connection: string | null;
  check: string;
  status: Status;
  message: string;
  /** What a person can do about it; null where there is nothing to do. */
  todo: string | null;
  /** Null where only a person can do something. */
  fix: Fix | null;
}

/** A finding of a check that does not know its own name and connection. */
export type Verdict = Pick<Finding, 'status' | 'message' | 'todo' | 'fix'>;

export const ok = (message: string): Verdict => ({ status: 'ok', message, todo: null, fix: null });
export const warning = (message: string, todo: string, fix: Fix | null = null): Verdict => ({
  status: 'warning',
  message,
  todo,
  fix,
});
export const failure = (message: string, todo: string): Verdict => ({
  status: 'failure',
  message,
  todo,
  fix: null,
});
export const skipped = (message: string, todo: string | null = null): Verdict => ({
  status: 'skipped',
  message,
  todo,
  fix: null,
});

/** Longer than the clients' own time limit of 10 s: a check may make several calls, and waits behind live work. */
const CHECK_WITHIN_MS = 30_000;

/**
 * Runs one check. Whatever goes wrong in it becomes a failure of this check, so that the next one runs.
 *
 * @param run gets a signal that aborts when the check has taken too long
 */
export async function runCheck(
  connection: string | null,
  check: string,
  run: (signal: AbortSignal) => Verdict[] | Promise<Verdict[]>,
): Promise<Finding[]> {
  const found = (verdicts: Verdict[]) => verdicts.map((verdict) => ({ connection, check, ...verdict }));
  const signal = AbortSignal.timeout(CHECK_WITHIN_MS);
  try {
    return found(await run(signal));
  } catch (error) {
    return found([signal.aborted ? tooLong(check) : fromError(error)]);
  }
}

function tooLong(check: string): Verdict {
  return warning(
    `${check} was given up after ${CHECK_WITHIN_MS / 1000} s`,
    'The other side is slow, or live work has used up its calls. Check again in a few minutes.',
  );
}

/** A failed call in the destination's own words, and who must do what. */
export function fromError(error: unknown): Verdict {
  if (!(error instanceof DeliveryError)) {
    const message = error instanceof Error ? error.message : String(error);
    return failure(
      `The check itself failed: ${message}`,
      'Run it again. If it stays so, report it as a bug.',
    );
  }
  return failure(error.message, todoOf(error));
}

function todoOf({ failure: kind, status, retryAfterMs }: DeliveryError): string {
  if (status === null && kind === 'retryable') {
    return 'Check the address in the configuration, the network, and any proxy or firewall in between.';
  }
  if (kind === 'throttled') {
    const wait = retryAfterMs === null ? 'a few minutes' : `${Math.ceil(retryAfterMs / 1000)} s`;
    return `Wait ${wait}, then check again.`;
  }
  if (kind === 'unauthorized')
    return 'Correct this in the account or in the configuration, then start again.';
  if (kind === 'retryable') return 'Check again in a minute. If it stays so, ask the support there.';
  return 'Report this as a bug of Stagepost, with the message.';
}
