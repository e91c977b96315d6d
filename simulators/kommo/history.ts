import type { Account } from './account.ts';
import type { NewEvent } from './events-log.ts';

/** Who does something: a user's id; 0 is a robot. */
export type By = number;

export function log(
  account: Account,
  kind: 'lead' | 'contact' | 'company' | 'task',
  id: number,
  by: By,
  event: Pick<NewEvent, 'type' | 'value_after' | 'value_before'>,
): void {
  const about = { entity_id: id, entity_type: kind, created_by: by, created_at: account.seconds() };
  account.events.add({ ...event, ...about });
}

export const bare = (type: string, value_after: unknown[] = []) => ({ type, value_after, value_before: [] });

/** The history of both sides: the lead was linked with a contact, and the contact with the lead. */
export function logLinks(account: Account, leadId: number, before: number[], after: number[], by: By): void {
  const write = (contactId: number, word: 'link' | 'unlink') => {
    const value = (type: string, id: number) =>
      bare(`entity_${word}ed`, [{ [word]: { entity: { type, id } } }]);
    log(account, 'lead', leadId, by, value('contact', contactId));
    log(account, 'contact', contactId, by, value('lead', leadId));
  };
  for (const id of before) if (!after.includes(id)) write(id, 'unlink');
  for (const id of after) if (!before.includes(id)) write(id, 'link');
}
