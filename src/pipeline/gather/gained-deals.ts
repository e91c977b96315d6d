import { changesConsent } from '../../domain/consent/entries-of-report.ts';
import type { StagepostEvent } from '../../domain/events.ts';
import { personWith } from '../../domain/people/people.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { linkedDeals } from './find-people.ts';
import type { PersonLookup } from './look-up-person.ts';
import type { PlanningState } from './planning-state.ts';

/**
 * The deals that the people of reports about consent or an address have got by what was read for the batch, as by a merge that is
 * planned together with an opt-out. What they show depends on the report, and no later event would bring it there. To be called
 * after the reading is recorded.
 */
export function gainedDeals(
  { rules, state, people }: { rules: Rules; state: PlanningState; people: Map<string, PersonLookup> },
  events: StagepostEvent[],
): number[] {
  return events.flatMap((event) => {
    const lookup =
      event.kind === 'mail_report' && changesConsent(event) ? people.get(event.reportId) : undefined;
    const person = lookup?.key ? personWith(state.people, lookup.key) : undefined;
    return person ? linkedDeals(person, rules).filter((id) => !lookup!.dealIds.includes(id)) : [];
  });
}
