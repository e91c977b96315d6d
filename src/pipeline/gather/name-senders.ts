import { missingNames, usesSenderName, withName } from '../../domain/campaigns/sender.ts';
import type { Reaction, Rules } from '../../domain/rules/rules.ts';
import { withSenderNames } from '../../store/campaigns/sender-names.ts';
import type { Db } from '../../store/database/database.ts';
import type { StoredEvent } from '../../store/events/events.ts';

/**
 * Gives the texts of reactions the name of the campaign, newsletter, broadcast or message: the report's own, else that of the stored
 * list, else its number. No call is made for it, and no query where no text has such a name. What is stored does not change.
 */
export async function nameSenders(
  db: Db,
  rules: readonly Rules[],
  events: StoredEvent[],
): Promise<StoredEvent[]> {
  if (!rules.some((one) => one.reactions.some(usesName))) return events;
  return (await withSenderNames(db, events)).map(withNumber);
}

function usesName({ note, task, fields, tags }: Reaction): boolean {
  const texts = [note, task?.text, ...Object.values(fields), ...(tags?.add ?? []), ...(tags?.remove ?? [])];
  return texts.some(usesSenderName);
}

function withNumber(row: StoredEvent): StoredEvent {
  if (row.payload.kind !== 'mail_report') return row;
  const missing = missingNames(row.payload);
  const payload = missing.reduce((report, { kind, id }) => withName(report, kind, String(id)), row.payload);
  return missing.length === 0 ? row : { ...row, payload };
}
