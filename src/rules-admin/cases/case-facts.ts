import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import type { SimulationInput } from '../../pipeline/plan/simulate.ts';
import type { ShownDecision } from '../decision.ts';

/*
 * What a test case holds: the facts that the decision about its event depends on, as the planner takes them, and the decision
 * that is expected. The account's names and the rules are those of the day on which it is judged.
 */

/** Everything of a simulation of one event but the rules and the catalog. */
export type CaseFacts = Pick<SimulationInput, 'events' | 'unanswered' | 'deals' | 'now'> &
  Pick<SimulationInput['variants'][number], 'state' | 'people'>;

/** The largest facts of a case, in bytes: a deal with a dozen contacts has a tenth. */
export const MAX_FACTS_BYTES = 65_536;
/** Raised when the planner takes other facts than before: older cases then cannot be judged. */
const FORMAT = 1;

export function packFacts({ variants: [variant], events, unanswered, deals, now }: SimulationInput): Buffer {
  const { state, people } = variant!;
  return serialize({ format: FORMAT, facts: { events, unanswered, deals, now, state, people } });
}

/** Null where another version has saved them in another form. */
export function unpackFacts(bytes: Uint8Array): CaseFacts | null {
  return unpacked<CaseFacts>(bytes, 'facts');
}

export function packExpected({ plan, actions }: ShownDecision): Buffer {
  const { outcome, rule, reason, warnings, person, dealId, clientState } = plan;
  const expected = { plan: { outcome, rule, reason, warnings, person, dealId, clientState }, actions };
  return serialize({ format: FORMAT, expected });
}

export function unpackExpected(bytes: Uint8Array): ShownDecision | null {
  return unpacked<ShownDecision>(bytes, 'expected');
}

const stored = z.object({ format: z.literal(FORMAT) }).loose();

function unpacked<T>(bytes: Uint8Array, key: string): T | null {
  try {
    const { data } = stored.safeParse(deserialize(bytes));
    return (data?.[key] as T | undefined) ?? null;
  } catch {
    return null;
  }
}
