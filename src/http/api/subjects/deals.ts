import { clientName } from '../../../domain/answer/stored-client.ts';
import { isMailable, type Mailability } from '../../../domain/consent/mail-state.ts';
import type { Pipeline, StageRef } from '../../../domain/entities.ts';
import { clientOf } from '../../../domain/search/deal-record.ts';
import type { TracedPerson } from '../../../store/people.ts';
import type { SubjectDeal } from './contract.ts';
import type { StoredSubject } from './query.ts';

/** The name at the top of the page: that of the only client, else of the only deal. */
export function subjectName(stored: StoredSubject): string | null {
  const [person, ...others] = stored.persons;
  if (person && others.length === 0) return personName(stored, person);
  const [deal, ...otherDeals] = [...stored.records.values()];
  if (!deal || otherDeals.length > 0) return null;
  return (stored.persons.length === 0 ? clientOf(deal) : null) ?? (deal.name.trim() || null);
}

/** The name of the contact, as last read, else the one that was sent to Customer.io. */
export function personName({ records }: StoredSubject, person: TracedPerson): string | null {
  const contacts = [...records.values()].flatMap((record) => record.contacts);
  const own = contacts.find(
    ({ id, emails }) => id === person.contact_id || emails.some((each) => person.names.includes(each)),
  );
  const sent = clientName(person);
  return own?.name.trim() || (person.names.includes(sent) ? null : sent);
}

/** The deals with their stages, and what they show in Kommo. */
export function shownDeals(
  stored: StoredSubject,
  states: ReadonlyMap<TracedPerson, Mailability>,
  pipelines: Pipeline[],
  linkOf: (dealId: number) => string,
): SubjectDeal[] {
  return stored.deals.map((id) => {
    const record = stored.records.get(id);
    return {
      id,
      link: linkOf(id),
      name: record?.name.trim() || null,
      company: record?.company ?? null,
      stage: stageOf(stored.stages.get(id), pipelines),
      shows: fieldsOf(stored, id, states),
    };
  });
}

/** Null where the stage is not known, or was removed. */
function stageOf(ref: StageRef | undefined, pipelines: Pipeline[]): SubjectDeal['stage'] {
  const pipeline = pipelines.find(({ id }) => id === ref?.pipelineId);
  const stage = pipeline?.stages.find(({ id }) => id === ref?.stageId);
  return pipeline && stage ? { name: stage.name, pipeline: pipeline.name, color: stage.color } : null;
}

/** A field says that the client gets no email, or it does not; it is true where the state of a client on the deal says the same. */
function fieldsOf(
  { shows, persons, fieldHistory }: StoredSubject,
  dealId: number,
  states: ReadonlyMap<TracedPerson, Mailability>,
): SubjectDeal['shows'] {
  const clients = persons.filter(({ links }) =>
    links.some((link) => link.dealId === dealId && link.until === null),
  );
  const isRestricted = clients.some((client) => !isMailable(states.get(client) ?? { state: 'mailable' }));
  return [...(shows.get(dealId) ?? [])].map(([field, { value, isRestrictive }]) => {
    const latest = fieldHistory.find((entry) => entry.deal_id === dealId && entry.field === field);
    const isWritten = latest === undefined || latest.value !== value || latest.state === 'done';
    return { field, value, isRestrictive, isTrue: isRestrictive === isRestricted, isWritten };
  });
}
