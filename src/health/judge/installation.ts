import { en } from '../../languages/en.ts';
import { type Draft, draft } from '../codes.ts';
import type { InstallationFacts } from '../facts.ts';
import { judgeDatabaseSize, judgeDisk } from './disk.ts';

const { messages } = en.health;

/** Signatures are valid for 300 s, and the answers' own way takes a few. */
const CLOCK = { warningMs: 30_000, brokenMs: 240_000 };
const SLOW_MS = 1_000;
/** A webhook that could not be stored is shown for this long, ms: both senders repeat it within minutes. */
const NOT_STORED_MS = 60_000;

/** The process, its database and its machine. */
export function judgeInstallation(facts: InstallationFacts): Draft[] {
  const { databaseMs, databaseError, notStoredAt, now } = facts;
  const items = [
    ...judgeUnreadable(facts),
    ...judgeAccounts(facts),
    ...judgeDisk(facts),
    ...judgeDatabaseSize(facts),
    ...judgeClock(facts),
  ];
  if (databaseError !== null)
    items.push(draft('database_unreachable', null, messages.databaseUnreachable(databaseError)));
  else if (databaseMs !== null && databaseMs > SLOW_MS)
    items.push(draft('database_slow', null, messages.databaseSlow((databaseMs / 1000).toFixed(1))));
  if (notStoredAt !== null && now - notStoredAt < NOT_STORED_MS)
    items.push(draft('webhooks_not_stored', null, messages.webhooksNotStored));
  return items;
}

/** Of many connections only the first is named: they usually lack the same key. */
function judgeUnreadable({ unreadable }: InstallationFacts): Draft[] {
  const stopped = unreadable.filter(({ runsAsBefore }) => !runsAsBefore);
  const changed = unreadable.filter(({ runsAsBefore }) => runsAsBefore);
  return [
    ...unreadableItem('connection_unreadable', stopped, 'cannot be read, and does not run'),
    ...unreadableItem(
      'connection_change_unreadable',
      changed,
      'runs as before its last change, which cannot be read',
    ),
  ];
}

function unreadableItem(
  code: 'connection_unreadable' | 'connection_change_unreadable',
  [first, ...others]: InstallationFacts['unreadable'],
  state: string,
): Draft[] {
  if (!first) return [];
  const more = others.length === 0 ? '' : ` The same goes for ${others.length} more.`;
  const message = `The stored connection ${first.connection} ${state}: ${first.reason}${more}`;
  return [draft(code, null, message)];
}

function judgeAccounts({ accounts }: InstallationFacts): Draft[] {
  const kommo = firstPair(accounts, ({ accountId }) => accountId);
  const customerio = firstPair(accounts, ({ workspaceId }) => workspaceId);
  const items: Draft[] = [];
  if (kommo) {
    const message = messages.kommoAccountTwice(...kommo);
    items.push(draft('kommo_account_twice', null, message));
  }
  if (customerio) {
    const message = messages.workspaceTwice(...customerio);
    items.push(draft('customerio_workspace_twice', null, message));
  }
  return items;
}

/** The first two connections that have the same account or workspace, and its id. */
function firstPair(
  accounts: InstallationFacts['accounts'],
  idOf: (of: InstallationFacts['accounts'][number]) => number | null,
): [one: string, other: string, id: string] | null {
  const first = new Map<number, string>();
  for (const each of accounts) {
    const id = idOf(each);
    if (id === null) continue;
    const other = first.get(id);
    if (other !== undefined) return [other, each.connection, String(id)];
    first.set(id, each.connection);
  }
  return null;
}

function judgeClock({ clockOffsetMs }: InstallationFacts): Draft[] {
  if (clockOffsetMs === null) return [];
  const offset = Math.abs(clockOffsetMs);
  if (offset < CLOCK.warningMs) return [];
  const seconds = String(Math.round(offset / 1000));
  const message = clockOffsetMs > 0 ? messages.clockAhead(seconds) : messages.clockBehind(seconds);
  return [draft('clock_off', null, message, { light: offset >= CLOCK.brokenMs ? 'broken' : 'warning' })];
}
