import { growthADay, sizeText } from '../../lib/sizes.ts';
import { type Draft, draft } from '../codes.ts';
import type { InstallationFacts } from '../facts.ts';

const MB = 1_000_000;
const LOW = { warning: { bytes: 500 * MB, share: 0.05 }, broken: { bytes: 100 * MB } };
/** The disk is full in so many days, at the rate of the last week. */
const FULL_IN_DAYS = { warning: 30, broken: 3 };

/** The disk of the data folder: whether little is left, and when it will be full. */
export function judgeDisk({ disk, diskSamples }: Pick<InstallationFacts, 'disk' | 'diskSamples'>): Draft[] {
  if (disk === null || disk.totalBytes === 0) return [];
  const { freeBytes, totalBytes } = disk;
  const left = `The disk of the data folder has ${sizeText(freeBytes)} left of ${sizeText(totalBytes)}.`;
  const isLow = freeBytes < LOW.warning.bytes && freeBytes < LOW.warning.share * totalBytes * 4;
  const isTiny = freeBytes < LOW.broken.bytes;
  if (isTiny || isLow || freeBytes < LOW.warning.share * totalBytes)
    return [draft('disk_nearly_full', null, left, { light: isTiny ? 'broken' : 'warning' })];
  const bytesADay = growthADay(
    diskSamples.flatMap(({ at, freeBytes }) => (freeBytes === null ? [] : [{ at, bytes: -freeBytes }])),
  );
  if (bytesADay === null || bytesADay <= 0) return [];
  const days = freeBytes / bytesADay;
  if (days >= FULL_IN_DAYS.warning) return [];
  const rate = `It loses ${sizeText(bytesADay)} a day: at this rate it is full in ${daysText(days)}.`;
  const light = days < FULL_IN_DAYS.broken ? 'broken' : 'warning';
  return [draft('disk_fills_up', null, `${left} ${rate}`, { light })];
}

/** The shares of the limit from which on the database is nearly too large. */
const LARGE = { warning: 0.9, broken: 0.98 };

/** The database against the limit that the configuration sets: whether little is left of it, and when it will be reached. */
export function judgeDatabaseSize({
  databaseSizeLimit: limit,
  diskSamples,
}: Pick<InstallationFacts, 'databaseSizeLimit' | 'diskSamples'>): Draft[] {
  const size = diskSamples.at(-1)?.databaseBytes;
  if (limit === null || size === undefined) return [];
  const bytesADay =
    growthADay(diskSamples.map(({ at, databaseBytes }) => ({ at, bytes: databaseBytes }))) ?? 0;
  const days = bytesADay > 0 ? Math.max(0, limit - size) / bytesADay : Number.POSITIVE_INFINITY;
  if (size < LARGE.warning * limit && days >= FULL_IN_DAYS.warning) return [];
  const taken = `The database takes ${sizeText(size)} of the ${sizeText(limit)} of database_size_limit.`;
  const rate =
    bytesADay > 0 && size < limit
      ? ` It grows by ${sizeText(bytesADay)} a day: at this rate the limit is reached in ${daysText(days)}.`
      : '';
  const light = size >= LARGE.broken * limit || days < FULL_IN_DAYS.broken ? 'broken' : 'warning';
  return [draft('database_fills_up', null, `${taken}${rate}`, { light })];
}

function daysText(days: number): string {
  if (days < 1) return `${Math.max(1, Math.round(days * 24))} hours`;
  return Math.round(days) === 1 ? 'a day' : `${Math.round(days)} days`;
}
