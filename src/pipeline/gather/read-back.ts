import type { IdType } from '../../customerio/index.ts';
import type { MailReport, ReadBack } from '../../domain/events.ts';
import type { StoredEvent } from '../../store/events/events.ts';

/** Adds what was read to the event as it is planned; what is stored does not change. */
export function addReadBack(row: StoredEvent, read: ReadBack): StoredEvent {
  const { payload } = row;
  if (payload.kind !== 'mail_report') return row;
  const warnings = [...(payload.readBack?.warnings ?? []), ...read.warnings];
  return { ...row, payload: { ...payload, readBack: { ...payload.readBack, ...read, warnings } } };
}

/** How the App API finds the profile of a report; null where the report names nobody. */
export function profileOf({ person }: MailReport): [IdType, string] | null {
  const { id, email, cioId, emailIsRecipient } = person;
  if (id !== null) return ['id', id];
  if (cioId !== null) return ['cio_id', cioId];
  return email === null || emailIsRecipient ? null : ['email', email];
}
