import type { UnixSeconds } from '../entities.ts';
import { type EntryKind, GIVES_CONSENT, type LedgerEntry } from './ledger-entry.ts';
import type { Mailability } from './mail-state.ts';

/**
 * - `unknown`: the client has said nothing
 * - `subscribed`: an explicit opt-in holds
 * - `unsubscribed`: an opt-out holds, or all known topics or the channel email are switched off
 * - `complained`: a spam complaint holds
 */
export type ConsentState = 'unknown' | 'subscribed' | 'unsubscribed' | 'complained';

export interface Consent {
  state: ConsentState;
  /** When the state began: the earliest fact that no contrary fact has ended. */
  since: UnixSeconds | null;
  /** The latest fact of the state. */
  by: LedgerEntry | null;
  /** Topics and channels that the person has switched, by id. */
  topics: ReadonlyMap<string, boolean>;
  channels: ReadonlyMap<string, boolean>;
}

export interface Deliverability {
  state: 'ok' | 'bounced' | 'suppressed';
  since: UnixSeconds | null;
  by: LedgerEntry | null;
}

/** What holds of a client now. */
export interface ClientFold extends Mailability {
  consent: Consent;
  deliverability: Deliverability;
}

/**
 * Folds all that is known of a client. Pure, and the same for every order of the entries and for repeated entries: only
 * their times count, and within one second the entry that speaks against sending wins. Consent belongs to the person,
 * deliverability to the address: a bounce of an earlier address says nothing about the current one.
 * @param address the client's current address, in its normal form
 */
export function foldLedger(all: readonly LedgerEntry[], address: string | null): ClientFold {
  const entries = withoutEchoes(withoutRepeatedTopics(all));
  const consent = consentIn(entries);
  const deliverability = deliverabilityIn(entries, address);
  return { ...mailabilityOf(address, consent, deliverability), consent, deliverability };
}

function mailabilityOf(
  address: string | null,
  consent: Consent,
  deliverability: Deliverability,
): Mailability {
  if (address === null) return { state: 'no_address', since: null };
  if (consent.state === 'complained' || consent.state === 'unsubscribed')
    return { state: consent.state, since: consent.since };
  if (deliverability.state === 'ok') return { state: 'mailable', since: null };
  return { state: deliverability.state, since: deliverability.since };
}

/** What the person wants. Opening or clicking a message is no opt-in. */
export function consentIn(entries: readonly LedgerEntry[]): Consent {
  const topics = switchesIn(entries, 'topic_on', 'topic_off');
  const channels = switchesIn(entries, 'channel_on', 'channel_off');
  const switches = { topics: positions(topics), channels: positions(channels) };
  const complaint = holding(entries, ['complaint'], ['opt_in']);
  if (complaint) return { state: 'complained', ...complaint, ...switches };
  const optOut = earlier(holding(entries, ['opt_out'], ['opt_in']), switchedOff(topics, channels));
  if (optOut) return { state: 'unsubscribed', ...optOut, ...switches };
  const optIn = latest(entries.filter(({ kind }) => kind === 'opt_in'));
  return optIn
    ? { state: 'subscribed', since: optIn.at, by: optIn, ...switches }
    : { state: 'unknown', since: null, by: null, ...switches };
}

export function deliverabilityIn(entries: readonly LedgerEntry[], address: string | null): Deliverability {
  const own = entries.filter((entry) => entry.address === null || entry.address === address);
  const bounce = holding(own, ['bounce'], ['arrived', 'suppression_lifted']);
  if (bounce) return { state: 'bounced', ...bounce };
  const suppression = holding(own, ['suppressed'], ['sent', 'arrived', 'suppression_lifted']);
  return suppression ? { state: 'suppressed', ...suppression } : { state: 'ok', since: null, by: null };
}

interface Holding {
  since: UnixSeconds;
  by: LedgerEntry;
}

/** The entries of these kinds that no later contrary entry has ended; a contrary entry of the same second ends nothing. */
function holding(
  entries: readonly LedgerEntry[],
  kinds: readonly EntryKind[],
  contrary: readonly EntryKind[],
): Holding | null {
  let ended = Number.NEGATIVE_INFINITY;
  for (const entry of entries) if (contrary.includes(entry.kind)) ended = Math.max(ended, orderTime(entry));
  const open = entries.filter((entry) => kinds.includes(entry.kind) && orderTime(entry) >= ended);
  return open.length === 0 ? null : { since: Math.min(...open.map(({ at }) => at)), by: latest(open)! };
}

/** A user of Kommo and the client who say contrary things within this time do not know of each other, s. */
const CONFLICT_S = 300;

/**
 * The time by which contrary entries are compared. What is set in Kommo ends nothing that is only a little older, and is not ended
 * by what is only a little newer where it is an opt-out: in a conflict the opt-out wins.
 */
function orderTime({ source, kind, at }: LedgerEntry): UnixSeconds {
  if (source !== 'kommo' || kind === 'suppression_lifted') return at;
  return GIVES_CONSENT.has(kind) ? at - CONFLICT_S : at + CONFLICT_S;
}

/**
 * How long after an opt-in that was set in Kommo was recorded a report of an opt-in is taken as its echo, s. Sending it is tried for
 * so long.
 */
const ECHO_S = 3 * 86_400;

/** Whether a fact can follow from an opt-in that was set in Kommo: Customer.io reports every change, Stagepost's own as well. */
export function isOptInEcho(
  { at }: Pick<LedgerEntry, 'at'>,
  optIn: Pick<LedgerEntry, 'at' | 'recordedAt'>,
): boolean {
  return at >= optIn.at && at <= Math.max(optIn.at, optIn.recordedAt ?? optIn.at) + ECHO_S;
}

/**
 * Without the first report that follows each opt-in that was set in Kommo, be it to everything or to a topic: it says nothing of its
 * own, and delivered late it would end an opt-out that came in between.
 */
function withoutEchoes(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const optIns = entries.filter(({ source, kind }) => source === 'kommo' && GIVES_CONSENT.has(kind));
  if (optIns.length === 0) return entries;
  const echoes = new Set<LedgerEntry>();
  for (const optIn of optIns.toSorted((a, b) => a.at - b.at)) {
    const following = entries.filter(
      ({ source, kind, scope, at }) =>
        source !== 'kommo' && kind === optIn.kind && scope === optIn.scope && isOptInEcho({ at }, optIn),
    );
    const first = earliest(following.filter((entry) => !echoes.has(entry)));
    if (first) echoes.add(first);
  }
  return entries.filter((entry) => !echoes.has(entry));
}

/**
 * Without the reports of a topic that is on and that the report before says is on, too. A report carries all topics of the person, not
 * only the one that has changed: it would end an opt-out that was set in Kommo in between and is still on its way to Customer.io.
 * @param later which of two positions within one second counts as the later one, since their order is not known
 */
export function withoutRepeatedTopics<Entry extends LedgerEntry>(
  entries: readonly Entry[],
  later: 'topic_on' | 'topic_off' = 'topic_on',
): readonly Entry[] {
  if (!entries.some(({ source, kind }) => source === 'kommo' && kind.startsWith('topic_'))) return entries;
  const placeOf = (kind: EntryKind) => (kind === later ? 1 : 0);
  const positions = entries
    .filter(({ source, kind }) => source !== 'kommo' && (kind === 'topic_on' || kind === 'topic_off'))
    .sort((a, b) => a.at - b.at || placeOf(a.kind) - placeOf(b.kind) || (orderOf(a) < orderOf(b) ? -1 : 1));
  const repeated = new Set<Entry>();
  const before = new Map<string, EntryKind>();
  for (const entry of positions) {
    if (entry.kind === 'topic_on' && before.get(entry.scope) === 'topic_on') repeated.add(entry);
    before.set(entry.scope, entry.kind);
  }
  return entries.filter((entry) => !repeated.has(entry));
}

function earliest(entries: readonly LedgerEntry[]): LedgerEntry | null {
  return entries.reduce<LedgerEntry | null>(
    (first, entry) =>
      first === null || entry.at < first.at || (entry.at === first.at && orderOf(entry) < orderOf(first))
        ? entry
        : first,
    null,
  );
}

/** The latest position of each switch, by the id of its topic or channel. Within one second, off wins. */
function switchesIn(
  entries: readonly LedgerEntry[],
  on: EntryKind,
  off: EntryKind,
): Map<string, LedgerEntry> {
  const switches = new Map<string, LedgerEntry>();
  for (const entry of entries) {
    if (entry.kind !== on && entry.kind !== off) continue;
    const before = switches.get(entry.scope);
    if (before === undefined || isAfter(entry, before, off)) switches.set(entry.scope, entry);
  }
  return switches;
}

function isAfter(entry: LedgerEntry, before: LedgerEntry, off: EntryKind): boolean {
  const [at, earlier] = [orderTime(entry), orderTime(before)];
  if (at !== earlier) return at > earlier;
  if (entry.kind !== before.kind) return entry.kind === off;
  return entry.key > before.key;
}

function positions(switches: ReadonlyMap<string, LedgerEntry>): Map<string, boolean> {
  return new Map([...switches].map(([id, { kind }]) => [id, kind.endsWith('_on')]));
}

/**
 * No campaign email goes to who has switched off the channel email, or every topic that is known of them. One topic that is
 * on is enough: which topic a campaign belongs to is not known here. A topic that is switched on again ends this state.
 */
function switchedOff(
  topics: ReadonlyMap<string, LedgerEntry>,
  channels: ReadonlyMap<string, LedgerEntry>,
): Holding | null {
  const email = channels.get('email');
  const channelOff = email?.kind === 'channel_off' ? { since: email.at, by: email } : null;
  const all = [...topics.values()];
  const areOff = all.length > 0 && all.every(({ kind }) => kind === 'topic_off');
  const last = areOff ? latest(all)! : null;
  return earlier(channelOff, last && { since: last.at, by: last });
}

function earlier(one: Holding | null, other: Holding | null): Holding | null {
  if (one === null || other === null) return one ?? other;
  return { since: Math.min(one.since, other.since), by: latest([one.by, other.by])! };
}

/** Of several within one second the one with the last key, so that the order of arrival does not matter. */
function latest(entries: readonly LedgerEntry[]): LedgerEntry | null {
  return entries.reduce<LedgerEntry | null>(
    (last, entry) =>
      last === null || entry.at > last.at || (entry.at === last.at && orderOf(entry) > orderOf(last))
        ? entry
        : last,
    null,
  );
}

const orderOf = ({ kind, name, key, scope }: LedgerEntry) => `${kind} ${name} ${key} ${scope}`;
