import type { UnixSeconds } from '../../../../src/domain/entities.ts';
import { SETTING } from './profiles.ts';

/** Within this time a user of Kommo and the client do not know of each other, s. */
const CONFLICT_S = 300;

/** What somebody has said about a client's consent. */
export interface Statement {
  email: string;
  says: 'out' | 'in';
  /** The setting or a topic. */
  scope: string;
  /** `box`: a manager, by the checkbox of the contact. */
  side: 'client' | 'manager' | 'box';
  at: UnixSeconds;
  /** The deal on which a manager has said it. */
  dealId?: number;
  /** Whether it can be told from a value that Stagepost writes at the same time. */
  isPlain: boolean;
}

/** Whether an opt-in may end an opt-out. */
export function mayEnd(optIn: Statement, optOut: Statement, optInFromCrm: boolean): boolean {
  const isOfClient = (of: Statement) => of.side === 'client';
  if (!isOfClient(optIn) && !optInFromCrm) return false;
  const isAcross = isOfClient(optIn) !== isOfClient(optOut);
  return optIn.at > optOut.at + (isAcross ? CONFLICT_S : 0);
}

/**
 * A deal with several clients shows an opt-out of any of them: set at the same time, it says nothing of the others. What a client
 * says as well, within the same minutes, is that client's own word. The text of an opt-out on a deal of which nothing is recorded is
 * no news of a client who is unsubscribed from everything, so it switches off no topic.
 * @param others the other clients of the deal on which it was said
 */
export function isPlain(statement: Statement, all: readonly Statement[], others: readonly string[]): boolean {
  const { email, dealId, at, side, scope } = statement;
  const outs = all.filter((one) => one.says === 'out' && one.dealId !== dealId);
  const isOfOther = outs.some((one) => others.includes(one.email));
  const isSaidTwice = outs.some((one) => one.email === email && Math.abs(one.at - at) <= CONFLICT_S);
  const isOutOfAll = scope !== SETTING && outs.some((one) => one.email === email && one.scope === SETTING);
  return statement.isPlain && !isOfOther && !(side === 'manager' && (isSaidTwice || isOutOfAll));
}
