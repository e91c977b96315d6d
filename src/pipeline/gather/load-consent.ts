import { namesOf } from '../../domain/consent/client.ts';
import {
  type KnownShow,
  MAX_EARLIER,
  MAX_UNDONE,
  mayBeEdit,
  type OwnWrites,
} from '../../domain/consent/crm-edit.ts';
import type { FieldShow } from '../../domain/consent/deal-shows.ts';
import { entriesOfReport } from '../../domain/consent/entries-of-report.ts';
import { addEntry, createLedger, type Ledger } from '../../domain/consent/ledger.ts';
import type { LedgerEntry, RecordedEntry } from '../../domain/consent/ledger-entry.ts';
import type { LostWrites } from '../../domain/consent/lost-writes.ts';
import { fieldsSetBy } from '../../domain/consent/projection.ts';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { DealChanged, MailReport, StagepostEvent } from '../../domain/events.ts';
import type { People } from '../../domain/people/people.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { arrivalReports } from '../../store/consent/arrivals.ts';
import { showsOfDeals } from '../../store/consent/deal-shows.ts';
import { entriesNamed } from '../../store/consent/ledger.ts';
import type { Db } from '../../store/database/database.ts';
import { namesIn } from './report-names.ts';

/** What is known of the consent of a batch's people, and what their deals show. Part of the planning state. */
export interface ConsentState {
  ledger: Ledger;
  /** The names whose entries were loaded. */
  searched: Set<string>;
  /** Messages that came through, of people with a failure in the batch: recorded with the failure. */
  arrivals: RecordedEntry[];
  /** By deal and field. */
  shows: Map<number, Map<string, KnownShow>>;
  /** The deals that are read because of what their webhooks say of status fields. */
  edited: Set<number>;
  /** Stagepost's own writes to the fields of deals that were edited. */
  writes: Map<number, OwnWrites>;
  /** Only where the database was restored, and a deal was edited. */
  lost: LostWrites | null;
  /** Whether the checkbox for clients who want no email was ticked, by contact. */
  marks: Map<number, boolean>;
}

/** Loads the entries about the people that these reports name: they decide whether a report is news. */
export async function loadConsentOfReports(
  db: Db,
  connection: string,
  events: StagepostEvent[],
  rules: Rules,
): Promise<ConsentState> {
  const state: ConsentState = {
    ledger: createLedger(),
    searched: new Set(),
    arrivals: [],
    shows: await showsOfDeals(db, connection, reportedDeals(events)),
    edited: new Set(),
    writes: new Map(),
    lost: null,
    marks: new Map(),
  };
  for (const event of events)
    if (event.kind === 'deal_changed' && reportsEdit(event, rules, state)) state.edited.add(event.dealId);
  const reports = events.filter((event) => event.kind === 'mail_report');
  const names = reports.flatMap(namesIn);
  const cioIds = reports.flatMap(({ person }) => (person.cioId === null ? [] : [person.cioId]));
  await loadNamed(db, connection, names, cioIds, state);
  await loadArrivals(db, connection, reports, state);
  return state;
}

/** The deals whose webhook tells the values of status fields: what they show decides whether they are read. */
function reportedDeals(events: StagepostEvent[]): number[] {
  return events.flatMap((event) =>
    event.kind === 'deal_changed' && event.fields !== undefined ? [event.dealId] : [],
  );
}

/** Loads the entries about all people of the batch, and what the deals that were read show. */
export async function loadConsentOfPeople(
  db: Db,
  connection: string,
  people: People,
  dealIds: number[],
  rules: Rules,
  state: ConsentState,
): Promise<void> {
  const names = [...people.byKey.values()].map(namesOf);
  await loadNamed(
    db,
    connection,
    names.flatMap(({ identifiers, addresses }) => [...identifiers, ...addresses]),
    names.flatMap(({ cioIds }) => [...cioIds]),
    state,
  );
  if (fieldsSetBy(rules).length === 0) return;
  for (const [id, shows] of await showsOfDeals(db, connection, dealIds)) state.shows.set(id, shows);
}

async function loadNamed(
  db: Db,
  connection: string,
  names: string[],
  cioIds: string[],
  { ledger, searched }: ConsentState,
): Promise<void> {
  const isNew = (name: string) => !searched.has(name);
  const newNames = [...new Set(names)].filter(isNew);
  const newIds = [...new Set(cioIds)].filter((id) => isNew(`cio_id ${id}`));
  if (newNames.length + newIds.length === 0) return;
  for (const name of [...newNames, ...newIds.map((id) => `cio_id ${id}`)]) searched.add(name);
  const addresses = newNames.filter((name) => name.includes('@'));
  const entries = await entriesNamed(db, connection, { identifiers: newNames, addresses, cioIds: newIds });
  for (const entry of entries) addEntry(ledger, entry);
}

/**
 * Messages that came through are recorded only for addresses that had a failure. A failure that is reported late therefore
 * brings along those that came before it.
 */
async function loadArrivals(
  db: Db,
  connection: string,
  reports: MailReport[],
  { ledger, arrivals }: ConsentState,
): Promise<void> {
  const failed = reports.filter((report) => entriesOfReport(report).some(({ kind }) => isFailure(kind)));
  const found = await arrivalReports(db, connection, [...new Set(failed.flatMap(namesIn))]);
  for (const { eventId, report } of found) {
    for (const entry of entriesOfReport(report)) {
      const recorded = { ...entry, eventId, isPending: false, values: report.values };
      addEntry(ledger, recorded);
      arrivals.push(recorded);
    }
  }
}

/** Records what a deal shows after a plan, with what it showed before. */
export function showOnDeal(
  { shows, writes }: ConsentState,
  { dealId, field, value, isRestrictive, replaces, isUndo }: { dealId: number } & FieldShow,
  now: UnixSeconds,
): void {
  const fields = shows.get(dealId) ?? new Map<string, KnownShow>();
  const before = fields.get(field);
  const earlier = unique([replaces, before?.value, ...(before?.earlier ?? [])]).slice(0, MAX_EARLIER);
  const undoneAt = [...(isUndo ? [now] : []), ...(before?.undoneAt ?? [])].slice(0, MAX_UNDONE);
  const own = writes.get(dealId);
  const isFirstWrite = replaces !== undefined && before?.baseline === undefined;
  const baseline = isFirstWrite
    ? { values: unique([replaces, before?.value]), earlier: before?.earlier ?? [], writes: own }
    : before?.baseline;
  shows.set(
    dealId,
    fields.set(field, { value, isRestrictive, earlier, undoneAt, ...(baseline && { baseline }) }),
  );
  if (replaces !== undefined) writes.set(dealId, { areOpen: true, deliveredAt: own?.deliveredAt ?? null });
}

function unique(texts: (string | undefined)[]): string[] {
  return [...new Set(texts.filter((text) => text !== undefined))];
}

/** Whether the webhook of a change gives reason to read the deal for an edit of its status fields. */
function reportsEdit(event: DealChanged, rules: Rules, { shows }: ConsentState): boolean {
  return rules.consent.fromCrm && mayBeEdit(event, shows.get(event.dealId), rules);
}

/**
 * Whether a report with these entries can change what the person's deals show, also without a reaction of its own. Messages
 * that came through do so only where their address had a failure.
 */
export function changesDealFields(own: LedgerEntry[], rules: Rules, state: ConsentState): boolean {
  if (own.length === 0 || fieldsSetBy(rules).length === 0) return false;
  return own.some((entry) => entry.kind !== 'temporary_bounce' && isKept(entry, state));
}

/** A message that came through matters only for an address that had a failure: there would be a row for every open. */
export function isKept({ kind, address, names }: LedgerEntry, { ledger }: ConsentState): boolean {
  if (kind !== 'sent' && kind !== 'arrived') return true;
  const searched = address ?? names.email ?? names.identifier;
  const known = searched === null ? [] : (ledger.byName.get(searched) ?? []);
  return known.some((entry) => isFailure(entry.kind) && entry.address === address);
}

/** Whether an entry says that an address failed. */
export function isFailure(kind: RecordedEntry['kind']): boolean {
  return kind === 'bounce' || kind === 'suppressed';
}
