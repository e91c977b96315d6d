import { DeliveryError } from '../../rules/failures.ts';

/** `skipped`: could not be looked at, because of an earlier failure or because it is not set up. */
export type Status = 'ok' | 'warning' | 'failure' | 'skipped';

/** What one check of `stagepost doctor` found. */
export interface Finding {
  /** Null: about the whole installation. */
  connection: string | null;
  check: string;
  status: Status;
  message: string;
  /** What to do about it; null where there is nothing to do. */
  todo: string | null;
}

/** A finding of a check that does not know its own name and connection. */
export type Verdict = Pick<Finding, 'status' | 'message' | 'todo'>;

export const ok = (message: string): Verdict => ({ status: 'ok', message, todo: null });
export const warning = (message: string, todo: string): Verdict => ({ status: 'warning', message, todo });
export const failure = (message: string, todo: string): Verdict => ({ status: 'failure', message, todo });
export const skipped = (message: string, todo: string | null = null): Verdict => ({
  status: 'skipped',
  message,
  todo,
});

/** Longer than the clients' own time limit of 10 s: a check may make several calls. */
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
  try {
    return found(await run(AbortSignal.timeout(CHECK_WITHIN_MS)));
  } catch (error) {
    return found([fromError(error)]);
  }
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
  if (status === null && kind === 'again') {
    return 'Check the address in the configuration, the network, and any proxy or firewall in between.';
  }
  if (kind === 'slow_down') {
    const wait = retryAfterMs === null ? 'a few minutes' : `${Math.ceil(retryAfterMs / 1000)} s`;
    return `Wait ${wait}, then run stagepost doctor again.`;
  }
  if (kind === 'reconnect') return 'Correct this in the account or in the configuration, then start again.';
  if (kind === 'again')
    return 'Run stagepost doctor again in a minute. If it stays so, ask the support there.';
  return 'Report this as a bug of Stagepost, with the message.';
}
