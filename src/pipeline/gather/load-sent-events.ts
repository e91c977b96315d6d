import type { StagepostEvent } from '../../domain/events.ts';
import { stageRuleFor } from '../../domain/rules/find-rule.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { Db } from '../../store/database/database.ts';
import { sentForDealsOrPeople } from '../../store/events/sent-once.ts';
import type { PlanningState } from './planning-state.ts';

/**
 * Adds to the state what was sent before for the moved deals and their people. Does nothing where no rule of these moves has
 * `once`. To be called when the people of the deals are in the state.
 * @param before only events with a smaller id count; default: all
 */
export async function loadSentEvents(
  db: Db,
  connection: string,
  events: StagepostEvent[],
  rules: Rules,
  state: Pick<PlanningState, 'people' | 'sent'>,
  before = Number.MAX_SAFE_INTEGER,
): Promise<void> {
  const moves = events.flatMap((event) => {
    const rule = event.kind === 'deal_moved' ? stageRuleFor(event.to, rules) : undefined;
    return event.kind === 'deal_moved' && rule && rule.once !== null ? [{ event, rule }] : [];
  });
  if (moves.length === 0) return;
  const isByPerson = moves.some(({ rule }) => rule.once === 'person');
  const persons = isByPerson ? [...state.people.byKey.values()] : [];
  const sent = await sentForDealsOrPeople(
    db,
    connection,
    [...new Set(moves.map(({ rule }) => rule.event))],
    [...new Set(moves.map(({ event }) => event.dealId))],
    persons.flatMap(({ key, formerKeys, identifier, names, links }) => {
      const identifiers = [
        identifier,
        ...names.filter(({ kind }) => kind === 'identifier').map(({ value }) => value),
      ];
      const known = {
        identifiers: [...new Set(identifiers.filter((name) => name !== null))],
        dealIds: links.map(({ dealId }) => dealId),
      };
      return [key, ...formerKeys].map((each) => ({ key: each, ...known }));
    }),
    before,
  );
  state.sent.push(...sent);
}
