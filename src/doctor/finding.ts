import { DeliveryError } from '../domain/errors.ts';

/** `skipped`: could not be checked, because an earlier check failed or because it is not set up. */
export type Status = 'ok' | 'warning' | 'failure' | 'skipped';

/** How Stagepost can fix a finding itself. */
export interface Fix {
  /** The end of a sentence that starts with "It": `creates the text field "Plan"`. */
  does: string;
  /** Possible only where the public address is configured. */
  needsPublicUrl: boolean;
}

/** The result of a check; one check can have several. */
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

/** A finding without the names of its check and connection, which `runCheck` adds. */
export type Verdict = Pick<Finding, 'status' | 'message' | 'todo' | 'fix'>;

export const ok = (message: string): Verdict => ({ status: 'ok', message, todo: null, fix: null });
export const warning = (message: string, todo: string, fix: Fix | null = null): Verdict => ({
  status: 'warning',
  message,
  todo,
  fix,
});
export const failure = (message: string, todo: string, fix: Fix | null = null): Verdict => ({
  status: 'failure',
  message,
  todo,
  fix,
});
export const skipped = (message: string, todo: string | null = null): Verdict => ({
  status: 'skipped',
  message,
  todo,
  fix: null,
});

/** Longer than one call's limit of 10 s: a check makes several calls, and live work goes first. */
const TIMEOUT_MS = 30_000;

/**
 * Runs one check. An error in it becomes a finding, so that the next check runs.
 *
 * @param run gets a signal that aborts when the check has taken too long
 */
export async function runCheck(
  connection: string | null,
  check: string,
  run: (signal: AbortSignal) => Verdict[] | Promise<Verdict[]>,
): Promise<Finding[]> {
  const found = (verdicts: Verdict[]) => verdicts.map((verdict) => ({ connection, check, ...verdict }));
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return found(await run(signal));
  } catch (error) {
    return found([signal.aborted ? tooLong(check) : fromError(error)]);
  }
}

function tooLong(check: string): Verdict {
  return warning(
    `${check} did not finish within ${TIMEOUT_MS / 1000} s`,
    'The other side is slow, or live work has used up its calls. Check again in a few minutes.',
  );
}

/** A failed call as a finding: the message of the API, and what to do. */
export function fromError(error: unknown): Verdict {
  if (!(error instanceof DeliveryError)) {
    const message = error instanceof Error ? error.message : String(error);
    return failure(`The check itself failed: ${message}`, 'Run it again. If it fails again, report a bug.');
  }
  return failure(error.message, todoOf(error));
}

function todoOf({ failure: kind, status, retryAfterMs }: DeliveryError): string {
  if (status === null && kind === 'retryable') {
    return 'Check the address in the configuration, the network, and any proxy or firewall in between.';
  }
  if (kind === 'throttled') {
    const wait = retryAfterMs === null ? 'a few minutes' : `${Math.ceil(retryAfterMs / 1000)} s`;
    const why =
      status === 429 ? ' Other programs, such as a running Stagepost, use up the limit of requests.' : '';
    return `Wait ${wait}, then check again.${why}`;
  }
  if (kind === 'unauthorized') return 'Correct this in the account or in the configuration, then restart.';
  if (kind === 'retryable') return 'Check again in a minute. If it still fails, contact their support.';
  return 'Report this message as a bug of Stagepost.';
}
