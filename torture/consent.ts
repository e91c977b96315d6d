import type { ManagerEdit, ObservedReport } from './observed.ts';
import { bounceTask, spamTask, UNSUBSCRIBED } from './texts.ts';

/*
 * What clients have said about email, and what came back: the rules of docs/how-it-works.md, "What a deal shows of its client".
 */

export interface Entry {
  /** `topics_off`: all topics are off after the report; `topics_on`: at least one is on. */
  kind: 'opt_in' | 'opt_out' | 'complaint' | 'bounce' | 'arrival' | 'topics_off' | 'topics_on';
  /** Of bounces and arrivals: the address that the message went to. */
  address: string;
  /** Unix seconds. */
  at: number;
  /** Only of a manager's edit: when it was set, unix seconds. */
  setAt?: number;
  /** The task of the reaction; null where it has none. */
  task: string | null;
}

/** What a report says about consent or an address; null for most. */
export function entryOf({ name, recipient, at, topics, ...report }: ObservedReport): Entry | null {
  const entry = (kind: Entry['kind'], task: string | null = null): Entry => ({
    kind,
    address: recipient,
    at,
    task,
  });
  if (topics)
    return Object.values(topics).some((isOn) => isOn)
      ? entry('topics_on')
      : entry('topics_off', UNSUBSCRIBED);
  // The name says which channel triggered the change; each of them means the person's setting.
  if (/_unsubscribed$/.test(name)) return entry('opt_out', UNSUBSCRIBED);
  if (/_subscribed$/.test(name)) return entry('opt_in');
  if (name === 'email_spammed') return entry('complaint', spamTask(report.subject));
  // The mail server has refused the address for now only.
  if (name === 'email_bounced' && /^4\d\d /.test(report.failureMessage)) return null;
  if (name === 'email_bounced') return entry('bounce', bounceTask(report.failureMessage));
  if (/^email_(delivered|opened|clicked|converted)$/.test(name)) return entry('arrival');
  return null;
}

/** A manager and a client who say contrary things within this time do not know of each other, and the opt-out wins, s. */
const CONFLICT_S = 300;

/** The entry of a manager's edit, with the time by which it is compared with others: that of an opt-out is later, of an opt-in earlier. */
export function managerEntry({ wish, at }: Pick<ManagerEdit, 'wish' | 'at'>): Entry {
  const compared = Math.floor(at / 1000) + (wish === 'opt_out' ? CONFLICT_S : -CONFLICT_S);
  return { kind: wish, address: '', at: compared, setAt: Math.floor(at / 1000), task: null };
}

/**
 * Without the opt-ins of managers that do not count, because the client or a manager has opted out at about the same time, and
 * without the first report that follows one that does: Customer.io reports what Stagepost has sent, too.
 * @param entries in the order of their times
 */
export function withAcceptedOptIns(entries: Entry[]): Entry[] {
  const left = new Set(entries);
  for (const optIn of entries.filter(({ kind, setAt }) => kind === 'opt_in' && setAt !== undefined)) {
    const before = entries.filter((entry) => entry !== optIn && (entry.setAt ?? entry.at) <= optIn.setAt!);
    const isOut = (some: Entry[]) => /^(unsubscribed|complained)$/.test(fold(some, []).consent);
    if (!isOut(before) || isOut([...before, optIn])) left.delete(optIn);
    else {
      const isEcho = (entry: Entry) =>
        entry.kind === 'opt_in' && entry.setAt === undefined && entry.at >= optIn.setAt! && left.has(entry);
      const echo = entries.find(isEcho);
      if (echo) left.delete(echo);
    }
  }
  return [...left];
}

export interface Fold {
  consent: 'unknown' | 'subscribed' | 'unsubscribed' | 'complained';
  isBounced: boolean;
}

/** The order of the entries does not matter; within one second the one that speaks against sending counts. */
export function fold(entries: Entry[], addresses: string[]): Fold {
  const optIn = latest(entries, 'opt_in');
  const holds = (kind: Entry['kind']) => entries.some((entry) => entry.kind === kind && entry.at >= optIn);
  const isBounced = addresses.some((address) => {
    const own = entries.filter((entry) => entry.address === address);
    return own.some(({ kind, at }) => kind === 'bounce' && at >= latest(own, 'arrival'));
  });
  if (holds('complaint')) return { consent: 'complained', isBounced };
  const [topicsOff, topicsOn] = [latest(entries, 'topics_off'), latest(entries, 'topics_on')];
  const areTopicsOff = topicsOff > Number.NEGATIVE_INFINITY && topicsOff >= topicsOn;
  if (holds('opt_out') || areTopicsOff) return { consent: 'unsubscribed', isBounced };
  return { consent: optIn > Number.NEGATIVE_INFINITY ? 'subscribed' : 'unknown', isBounced };
}

function latest(entries: Entry[], kind: Entry['kind']): number {
  return Math.max(...entries.filter((entry) => entry.kind === kind).map(({ at }) => at));
}

/** What the status field shows of such a client; null: empty. */
export function shownAs({ consent, isBounced }: Fold): string | null {
  if (consent === 'complained') return 'spam';
  if (consent === 'unsubscribed') return 'unsubscribed';
  if (isBounced) return 'bounced';
  return consent === 'subscribed' ? 'subscribed' : null;
}

/** The entries that change the state of the person and lead to a task: one change, one task. */
export function changes<One extends Entry>(entries: One[]): One[] {
  return entries.filter((entry, index) => {
    if (entry.task === null) return false;
    const before = fold(entries.slice(0, index), [entry.address]);
    const after = fold(entries.slice(0, index + 1), [entry.address]);
    return before.consent !== after.consent || before.isBounced !== after.isBounced;
  });
}
