import { describe, expect, it } from 'vitest';
import { growthADay } from '../../lib/sizes.ts';
import { judgeDatabaseSize, judgeDisk } from './disk.ts';

const HOUR = 3_600_000;
const GB = 1e9;

/** Hourly samples of some days, of a disk that loses some gigabytes a day and has `freeNow` left. */
function samplesOf(days: number, lostADay: number, freeNow: number) {
  return Array.from({ length: days * 24 }, (_, hour) => {
    const lostSince = (lostADay * (days * 24 - hour)) / 24;
    return {
      at: hour * HOUR,
      databaseBytes: 50 * GB - lostSince * GB,
      freeBytes: (freeNow + lostSince) * GB,
    };
  });
}

const judged = (freeNow: number, diskSamples: ReturnType<typeof samplesOf>) =>
  judgeDisk({ disk: { freeBytes: freeNow * GB, totalBytes: 100 * GB }, diskSamples }).map(
    ({ code, light, message }) => ({ item: `${code} ${light}`, message }),
  );

describe('the forecast of the disk', () => {
  it('warns long before it is full, and says when that is', () => {
    expect(judged(18, samplesOf(7, 2, 18))).toEqual([
      {
        item: 'disk_fills_up warning',
        message:
          'The disk of the data folder has 18.0 GB left of 100.0 GB. It loses 2.0 GB a day: at this rate it is full in 9 days.',
      },
    ]);
  });

  it.each<[string, number, number, number, string[]]>([
    ['is well where there is enough for a month', 7, 1, 31, []],
    ['is well where nothing grows', 7, 0, 18, []],
    ['is well where space is given back', 7, -3, 18, []],
    ['is broken where only days are left', 7, 8, 18, ['disk_fills_up broken']],
    ['says nothing before it has seen more than a day', 1, 8, 18, []],
    ['leaves a disk that is nearly full to that item', 7, 2, 4, ['disk_nearly_full warning']],
  ])('%s', (_, days, lostADay, freeNow, expected) => {
    expect(judged(freeNow, samplesOf(days, lostADay, freeNow)).map(({ item }) => item)).toEqual(expected);
  });

  it('does not take a large file that comes and goes for growth', () => {
    const samples = samplesOf(7, 0.1, 50);
    for (const sample of samples.slice(-12)) sample.freeBytes -= 40 * GB;
    expect(judged(10, samples)).toEqual([]);
  });
});

describe('the limit of the database', () => {
  /** The database of `samplesOf` takes about 50 GB. */
  const judgedSize = (limit: number | null, grownADay: number, days = 7) =>
    judgeDatabaseSize({
      databaseSizeLimit: limit === null ? null : limit * GB,
      diskSamples: samplesOf(days, grownADay, 100),
    });

  it('says how much is taken, and when the limit is reached', () => {
    expect(judgedSize(70, 2).map(({ code, light, message }) => ({ code, light, message }))).toEqual([
      {
        ...{ code: 'database_fills_up', light: 'warning' },
        message:
          'The database takes 49.9 GB of the 70.0 GB of database_size_limit. It grows by 2.0 GB a day: at this rate the limit is reached in 10 days.',
      },
    ]);
  });

  it.each<[string, number | null, number, string[]]>([
    ['is well where none is set', null, 8, []],
    ['is well where there is enough for a month', 100, 1, []],
    ['warns of a database that is nearly as large, although it does not grow', 54, 0, ['warning']],
    ['is broken where only days are left', 60, 5, ['broken']],
    ['is broken where it is passed', 40, 0, ['broken']],
  ])('%s', (_, limit, grownADay, lights) => {
    expect(judgedSize(limit, grownADay).map(({ light }) => light)).toEqual(lights);
  });

  it('warns of the size before the growth is known', () => {
    expect(judgedSize(52, 0, 1)).toMatchObject([
      { light: 'warning', message: expect.not.stringContaining('grows') },
    ]);
  });
});

it('a growth is in bytes a day', () => {
  const sizes = samplesOf(7, 2, 18).map(({ at, databaseBytes }) => ({ at, bytes: databaseBytes }));
  expect(growthADay(sizes)).toBeCloseTo(2 * GB, -3);
});
