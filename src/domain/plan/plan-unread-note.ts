import type { MailReport } from '../events.ts';
import type { KnownPerson } from '../people/person-types.ts';
import { nameOfReaction } from '../rules/find-rule.ts';
import type { TextRenderer } from '../rules/render-text.ts';
import type { Reaction } from '../rules/rules.ts';
import { accountScope } from '../rules/values.ts';
import type { Effect, Plan, PlanContext } from './plan-types.ts';

/** A report that does nothing but write a note on the only deal of a person, which was not read for it. */
export interface UnreadNote {
  event: MailReport;
  /** Its only effect is a note, whose text uses no value of the deal. */
  reaction: Reaction;
  person: KnownPerson;
  dealId: number;
  context: PlanContext;
  texts: TextRenderer;
}

/** @param base the plan without the reaction */
export function planUnreadNote(
  { event, reaction, person, dealId, context, texts }: UnreadNote,
  base: Plan,
): Plan {
  const scope = {
    ...accountScope(context),
    ...event.values,
    preferences_url: event.readBack?.preferencesUrl ?? '',
  };
  const text = texts
    .renderForKommo(reaction.note ?? '', scope, `The note of ${nameOfReaction(reaction)}`)
    .trim();
  const effects: Effect[] = [...base.effects, { kind: 'linked', key: person.key, dealId }];
  if (event.deliveryId !== null)
    effects.push({ kind: 'first_report', name: event.name, deliveryId: event.deliveryId });
  return {
    ...{ ...base, outcome: 'planned', reason: null, rule: reaction.name, dealId, effects },
    actions: text === '' ? [] : [{ action: { kind: 'note', dealId, text }, after: null }],
  };
}
