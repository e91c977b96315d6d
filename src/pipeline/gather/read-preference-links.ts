import { entriesOfReport } from '../../domain/consent/entries-of-report.ts';
import { reactionTo } from '../../domain/consent/reaction-to.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { MailReport, ReadBack } from '../../domain/events.ts';
import { EXAMPLE_PREFERENCES_URL } from '../../domain/rules/example-report.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { usesPreferencesUrl } from '../../domain/rules/values.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import type { PersonLookup } from './look-up-person.ts';
import { addReadBack, profileOf } from './read-back.ts';

/** The most people whose links are read for one batch: what Customer.io answers within a second. */
const MAX_PEOPLE = 10;

/** Customer.io's answers are not quoted in warnings: they may contain a link. */
const EMPTY = 'so the text goes without the link to the client’s preference page';
const NO_KEY = `There is no app_key, ${EMPTY}.`;
const NO_LINK = `Customer.io gave no link, ${EMPTY}.`;

export interface ReadPreferenceLinks {
  /** All events; reports whose texts use the link with the link, or with a warning. */
  events: StoredEvent[];
  /** By report id: those whose link is read with a later batch, because this one has many. */
  deferred: Set<string>;
  unanswered: Set<string>;
}

/**
 * Reads the link to the client's own preference page for the reports whose note or task contains it, each person once. A
 * failed call leaves the text without the link: it is no reason to keep a note waiting.
 * @param people the people of reports, by report id
 */
export async function readPreferenceLinks(
  { app, rules }: Pick<Connection, 'app' | 'rules'>,
  events: StoredEvent[],
  people: ReadonlyMap<string, PersonLookup>,
): Promise<ReadPreferenceLinks> {
  const deferred = new Set<string>();
  if (!rules.reactions.some(usesLink)) return { events, deferred, unanswered: new Set() };
  const links = new Map<string, Promise<ReadBack>>();
  const reading = events.map(async (row) => {
    const { payload } = row;
    if (payload.kind !== 'mail_report' || !hasTextWithLink(payload, rules)) return row;
    if ((people.get(payload.reportId)?.dealIds ?? []).length === 0) return row;
    const id = idOf(payload);
    if (app === null) return addReadBack(row, { warnings: [NO_KEY] });
    if (id === null) return addReadBack(row, { warnings: [NO_LINK] });
    if (!links.has(id) && links.size >= MAX_PEOPLE) {
      deferred.add(payload.reportId);
      return row;
    }
    if (!links.has(id))
      links.set(
        id,
        readOne(() => app.subscriptionCenterLink(id)),
      );
    return addReadBack(row, await links.get(id)!);
  });
  return { events: await Promise.all(reading), deferred, unanswered: new Set() };
}

/** The reports of a preview whose texts use the link, with an example of one. */
export function withExampleLinks(events: StoredEvent[], rules: readonly Rules[]): StoredEvent[] {
  return events.map((row) => {
    const { payload } = row;
    const isUsed = payload.kind === 'mail_report' && rules.some((one) => hasTextWithLink(payload, one));
    return isUsed ? addReadBack(row, { preferencesUrl: EXAMPLE_PREFERENCES_URL, warnings: [] }) : row;
  });
}

function hasTextWithLink(report: MailReport, rules: Rules): boolean {
  const reaction = reactionTo(report, entriesOfReport(report), rules);
  if (!reaction || !usesLink(reaction)) return false;
  return !(report.machine && reaction.machineOpens === 'ignore');
}

function usesLink({ note, task }: Rules['reactions'][number]): boolean {
  return usesPreferencesUrl(note) || usesPreferencesUrl(task?.text);
}

/** The call has no `id_type`: a `cio_id` is recognised by its prefix `cio_` (Customer.io docs, App API). */
function idOf(report: MailReport): string | null {
  const [idType, id] = profileOf(report) ?? [];
  if (id === undefined || idType === 'email') return null;
  return idType === 'cio_id' ? `cio_${id.replace(/^cio_/, '')}` : id;
}

async function readOne(read: () => Promise<string | null>): Promise<ReadBack> {
  try {
    const preferencesUrl = await read();
    return preferencesUrl === null ? { warnings: [NO_LINK] } : { preferencesUrl, warnings: [] };
  } catch (error) {
    if (error instanceof DeliveryError) return { warnings: [NO_LINK] };
    throw error;
  }
}
