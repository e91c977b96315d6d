import { CODES, type Draft, draft, type HealthCode } from '../codes.ts';
import type { ApiFacts, CallFailure, OpenFailure } from '../facts.ts';

/** A single failed call among good ones is no fault: it counts after this time, ms, or after `REPEATED` in a row. */
const CONFIRMED_MS = 8_000;
const REPEATED = 3;
/** An API that fails for this long is broken, ms. */
const BROKEN_MS = 60_000;

/** The code for each kind of failure. */
export type FailureCodes = Record<CallFailure, HealthCode>;

/** Kinds that pass by themselves: they must be confirmed, and grow worse with time. */
const PASSING: readonly CallFailure[] = ['unreachable', 'failing'];

/** The items about the calls to one API: one for each kind of failure. */
export function judgeCalls(
  { failures }: ApiFacts,
  codes: FailureCodes,
  connection: string,
  now: number,
): Draft[] {
  const byCode = new Map<string, Draft>();
  for (const failure of failures) {
    if (!isConfirmed(failure, now)) continue;
    const code = codes[failure.kind];
    const light = PASSING.includes(failure.kind) ? lightOf(failure, now) : undefined;
    // The API's own error ends with advice, which the item has already.
    const message = failure.kind === 'refused' ? CODES[code].meaning : failure.message;
    const made = draft(code, connection, message, light ? { light } : {});
    if (byCode.get(code)?.light !== 'broken') byCode.set(code, made);
  }
  return [...byCode.values()];
}

function isConfirmed({ kind, since, count }: OpenFailure, now: number): boolean {
  return !PASSING.includes(kind) || now - since >= CONFIRMED_MS || count >= REPEATED;
}

function lightOf({ since }: OpenFailure, now: number): 'warning' | 'broken' {
  return now - since >= BROKEN_MS ? 'broken' : 'warning';
}
