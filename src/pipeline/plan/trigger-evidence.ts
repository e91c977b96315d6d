import { eventIdTime } from '../../customerio/index.ts';
import { triggerEventId } from '../../domain/email-trigger.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { UnmatchedTrigger } from '../../store/events/trigger-evidence.ts';
import { type PlanningState, triggerOf } from '../gather/planning-state.ts';
import { knownPersonOf } from '../gather/report-names.ts';

/** Of a batch, so many trigger events that are none of ours are compared with what was sent, and a person's newest deals. */
const MAX_COMPARED = 5;
const MAX_DEALS = 5;

/** What the reports of a batch show of whether Customer.io names the events that Stagepost sends. */
export function evidenceIn(
  decided: { row: Pick<StoredEvent, 'payload'> }[],
  state: Pick<PlanningState, 'people' | 'triggers'>,
): { matched: number; unmatched: UnmatchedTrigger[] } {
  const matched = new Set<string>();
  const unmatched = new Map<string, UnmatchedTrigger>();
  for (const { row } of decided) {
    if (row.payload.kind !== 'mail_report') continue;
    const id = triggerEventId(row.payload);
    if (id === null) continue;
    if (triggerOf(row.payload, state)) {
      matched.add(id);
      continue;
    }
    const links = knownPersonOf(row.payload, state.people)?.links ?? [];
    const deals = links.map(({ dealId }) => dealId).sort((a, b) => b - a);
    if (deals.length > 0) unmatched.set(id, { at: eventIdTime(id) ?? 0, deals: deals.slice(0, MAX_DEALS) });
  }
  return { matched: matched.size, unmatched: [...unmatched.values()].slice(0, MAX_COMPARED) };
}
