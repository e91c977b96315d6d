import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { DeliveryError } from '../../domain/errors.ts';
import { ActivityReader, type ActivityReaderOptions } from './activity-reader.ts';

/** A reader on a database that gives this answer to its first query. */
function reader(query: () => Promise<never>, part: Partial<ActivityReaderOptions> = {}) {
  const clock = new TestClock(0);
  let readings = 0;
  const execute = () => {
    readings += 1;
    return query();
  };
  const select = { select: () => ({ where: () => ({ execute }) }) };
  const options = {
    ...{ db: { selectFrom: () => select }, connection: { name: 'acme' }, clock, random: 0.5 },
    ...{ app: { activities: query, message: query }, log: pino({ level: 'silent' }), onFound: () => {} },
    ...part,
  } as unknown as ActivityReaderOptions;
  return { reader: new ActivityReader(options), clock, readings: () => readings };
}

/** Lets a reading end before the time passes, and the one that it starts afterwards. */
const pass = async (clock: TestClock, ms: number) => {
  await new Promise((resolve) => setImmediate(resolve));
  await clock.tick(ms);
  await new Promise((resolve) => setImmediate(resolve));
};

it('reads again in 30 s after a transient failure, and in the usual time where the key is refused', async () => {
  const broken = reader(() => Promise.reject(new DeliveryError('retryable', 'no answer')));
  broken.reader.start();
  await pass(broken.clock, 29_000);
  expect(broken.readings()).toBe(1);
  await pass(broken.clock, 2_000);
  expect(broken.readings()).toBe(2);
  await broken.reader.stop();

  const refused = reader(() => Promise.reject(new DeliveryError('unauthorized', '401')));
  refused.reader.start();
  await pass(refused.clock, 60_000);
  expect(refused.readings()).toBe(1);
  await pass(refused.clock, 100_000);
  expect(refused.readings()).toBe(2);
  await refused.reader.stop();
});

it('reads nothing without an App API key', () => {
  const without = reader(() => Promise.reject(new Error('never')), { app: null });
  without.reader.start();
  expect(without.readings()).toBe(0);
});
