import { type Draft, draft } from '../codes.ts';
import type { InstallationFacts } from '../facts.ts';

const MB = 1_000_000;
/** Signatures are valid for 300 s, and the answers' own way takes a few. */
const CLOCK = { warningMs: 30_000, brokenMs: 240_000 };
const DISK = { warning: { bytes: 500 * MB, share: 0.05 }, broken: { bytes: 100 * MB } };
const SLOW_MS = 1_000;
/** A webhook that could not be stored is shown for this long, ms: both senders repeat it within minutes. */
const NOT_STORED_MS = 60_000;

/** The process, its database and its machine. */
export function judgeInstallation(facts: InstallationFacts): Draft[] {
  const { databaseMs, databaseError, notStoredAt, now } = facts;
  const items = [...judgeAccounts(facts), ...judgeDisk(facts), ...judgeClock(facts)];
  if (databaseError !== null)
    items.push(draft('database_unreachable', null, `The database cannot be reached: ${databaseError}`));
  else if (databaseMs !== null && databaseMs > SLOW_MS)
    items.push(
      draft(
        'database_slow',
        null,
        `The database took ${(databaseMs / 1000).toFixed(1)} s for a small query.`,
      ),
    );
  if (notStoredAt !== null && now - notStoredAt < NOT_STORED_MS)
    items.push(draft('webhooks_not_stored', null, 'Webhooks cannot be stored, and are answered 503.'));
  return items;
}

function judgeAccounts({ accounts }: InstallationFacts): Draft[] {
  const first = new Map<number, string>();
  for (const { connection, account } of accounts) {
    const other = first.get(account);
    if (other === undefined) first.set(account, connection);
    else {
      const message = `${other} and ${connection} have the same Kommo account (id ${account}), so every move counts twice.`;
      return [draft('kommo_account_twice', null, message)];
    }
  }
  return [];
}

function judgeDisk({ disk }: InstallationFacts): Draft[] {
  if (disk === null || disk.totalBytes === 0) return [];
  const { freeBytes, totalBytes } = disk;
  const isLow = freeBytes < DISK.warning.bytes && freeBytes < DISK.warning.share * totalBytes * 4;
  const isShort = isLow || freeBytes < DISK.warning.share * totalBytes;
  const isTiny = freeBytes < DISK.broken.bytes;
  if (!isShort && !isTiny) return [];
  const message = `The disk of the data folder has ${Math.round(freeBytes / MB)} MB left of ${Math.round(totalBytes / MB)} MB.`;
  return [draft('disk_nearly_full', null, message, { light: isTiny ? 'broken' : 'warning' })];
}

function judgeClock({ clockOffsetMs }: InstallationFacts): Draft[] {
  if (clockOffsetMs === null) return [];
  const offset = Math.abs(clockOffsetMs);
  if (offset < CLOCK.warningMs) return [];
  const direction = clockOffsetMs > 0 ? 'ahead of' : 'behind';
  const message = `The clock of this machine is ${Math.round(offset / 1000)} s ${direction} those of Kommo and Customer.io.`;
  return [draft('clock_off', null, message, { light: offset >= CLOCK.brokenMs ? 'broken' : 'warning' })];
}
