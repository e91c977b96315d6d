import { beforeEach, expect, it } from 'vitest';
import { Sampler } from './sampler.ts';

let time: number;
/** How often the value was read. */
let reads: number;
let read: () => Promise<string>;
let errors: unknown[];
let sampler: Sampler<string>;

beforeEach(() => {
  time = 1_000_000;
  reads = 0;
  errors = [];
  read = async () => `value ${reads}`;
  sampler = new Sampler({
    read() {
      reads += 1;
      return read();
    },
    everyMs: 2_000,
    waitMs: 1,
    onError: (error) => errors.push(error),
    clock: { now: () => time, sleep: async () => {} },
  });
});

const HANGS = () => new Promise<string>(() => {});

it('reads the value when it is asked for first', async () => {
  expect(await sampler.sample()).toEqual({ value: 'value 1', isStale: false });
});

it('does not read again within the time, however often it is asked', async () => {
  for (let i = 0; i < 10; i++) await sampler.sample();
  time += 1_999;
  await sampler.sample();
  expect(reads).toBe(1);
  time += 1;
  expect(await sampler.sample()).toEqual({ value: 'value 2', isStale: false });
});

it('two who ask at once share a reading', async () => {
  await Promise.all([sampler.sample(), sampler.sample()]);
  expect(reads).toBe(1);
});

it('answers with the last value where the reading hangs, and starts no second one', async () => {
  await sampler.sample();
  read = HANGS;
  time += 2_000;
  expect(await sampler.sample()).toEqual({ value: 'value 1', isStale: true });
  time += 2_000;
  await sampler.sample();
  expect(reads).toBe(2);
});

it('answers with the last value where the reading fails, and reads again after the time', async () => {
  await sampler.sample();
  read = () => Promise.reject(new Error('down'));
  time += 2_000;
  expect(await sampler.sample()).toEqual({ value: 'value 1', isStale: true });
  expect(await sampler.sample()).toEqual({ value: 'value 1', isStale: true });
  expect(errors).toEqual([new Error('down')]);
  read = async () => 'up';
  time += 2_000;
  expect(await sampler.sample()).toEqual({ value: 'up', isStale: false });
});

it('answers without a value where none could be read yet', async () => {
  read = HANGS;
  expect(await sampler.sample()).toEqual({ value: null, isStale: true });
});

it('reads more rarely where a reading takes long', async () => {
  read = async () => {
    time += 500;
    return 'slow';
  };
  await sampler.sample();
  time += 9_999;
  await sampler.sample();
  expect(reads).toBe(1);
  time += 1;
  await sampler.sample();
  expect(reads).toBe(2);
});
