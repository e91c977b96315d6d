import type { Actual, ActualEffect } from './compare.ts';
import { ofDeal, ofPerson } from './oracle.ts';
import type { People, PersonId } from './people.ts';
import type { Simulators } from './simulators.ts';
import { readText } from './texts.ts';

/** What stands at both simulators, with the people as the oracle names them. */
export function actualOf(
  { kommo, customerio }: Pick<Simulators, 'kommo' | 'customerio'>,
  people: People,
): Actual {
  const deals = kommo.deals();
  const events = customerio.events();
  const personOf = new Map<string | null, PersonId | null>(
    customerio.people().map(({ cioId, email }) => [cioId, people.ofAddress((email ?? '').toLowerCase())]),
  );
  const ofKommo = (kind: 'note' | 'task', dealId: number, text: string) =>
    effectOf(kind, dealId, text, people);
  const notes = kommo.notes().map(({ entityId, text }) => ofKommo('note', entityId, text));
  const tasks = kommo.tasks().map(({ entityId, text }) => ofKommo('task', entityId ?? 0, text));
  const sent = events.map(({ name, data, cioId }): ActualEffect => {
    const dealId = Number(data.deal_id);
    return { kind: 'event', what: ofDeal(name, dealId), dealId, person: personOf.get(cioId) ?? null };
  });
  const addressesOf = (person: PersonId | null) => (person === null ? [] : people.lastAddresses(person));
  return {
    effects: [...sent, ...notes, ...tasks],
    events: Map.groupBy(
      events.map(({ name, timestamp, data }) => ({ name, at: timestamp, dealId: Number(data.deal_id) })),
      ({ dealId }) => dealId,
    ),
    notes: new Map(
      [...Map.groupBy(notes, ({ dealId }) => dealId)].map(([id, own]) => [id, own.map(({ what }) => what)]),
    ),
    fields: new Map(deals.map(({ id, fields }) => [id, textOrNull(fields.email_status)])),
    profiles: customerio.people().map(({ cioId, email, unsubscribed }) => {
      const person = personOf.get(cioId) ?? null;
      const address = (email ?? '').toLowerCase();
      const isCurrent = addressesOf(person).includes(address);
      return { person, address, isCurrent, isUnsubscribed: unsubscribed };
    }),
  };
}

function effectOf(kind: 'note' | 'task', dealId: number, text: string, people: People): ActualEffect {
  const { what, address, firstName, isOfDeal = false, isOfPerson = false } = readText(text);
  const isUnnamed = isOfPerson && firstName === '';
  const byName = firstName ? people.ofFirstName(firstName) : people.ofAddress((address ?? '').toLowerCase());
  // While a contact is deleted, a text about the client has no name: it is about the one who was on the deal before.
  const named = isUnnamed ? people.absentFrom(dealId) : byName;
  const name = isOfDeal ? ofDeal(what, dealId) : isOfPerson ? ofPerson(what, named) : what;
  return { kind, what: name, dealId, person: named };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
