import type { ActivityRow } from '../../api/types.ts';
import { plain } from '../../parts/names.ts';
import { texts } from '../../texts.ts';

/** What a row says. */
export interface Line {
  /** The client; null where nobody is known. */
  who: string | null;
  what: string;
  /** How far a message came, or why nothing was done; may be empty. */
  detail: string;
  /** All of it, with the numbers, addresses and names that the line leaves out, a line each. */
  hint: string;
}

/** The texts of a row: names in the line, numbers and Customer.io's own names in the hint. */
export function lineOf(row: ActivityRow): Line {
  const { title, message, client, person, dealId, reason, kind, name } = row;
  // A report that is shown by itself is a sentence with the client in it.
  const who = message ? message.to : kind === 'mail_report' ? null : (client ?? person);
  const what = message ? message.subject : plain(title);
  const detail = [message?.progress ?? '', plain(reason ?? '')].filter((text) => text !== '').join(' · ');
  const names = message?.names ?? (name === null ? [] : [name]);
  const address = person === who ? null : person;
  const hidden = [dealId === null ? null : texts.activity.deal(dealId), address, names.join(', ')];
  const hint = [[who, what].filter(Boolean).join(' · '), detail, ...hidden].filter(Boolean).join('\n');
  return { who, what, detail, hint };
}
