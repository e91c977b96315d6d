import { PassThrough, Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBody } from './body.ts';
import { BodyBudget, BodyBudgetExceeded } from './body-budget.ts';

it('gives back the bytes, however they are cut', async () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40_000 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(chunks, async (parts) => {
      const buffers = parts.map((part) => Buffer.from(part));
      const whole = Buffer.concat(buffers);
      const body = await readBody(Readable.from(buffers, { objectMode: false }), 1_000_000);
      expect(body?.equals(whole)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

it.each([
  [10, true],
  [11, false],
])('of a limit of 10 bytes, takes %i: %s', async (size, isTaken) => {
  const bytes = Buffer.alloc(size, 'x');
  expect(await readBody(Readable.from([bytes.subarray(0, 4), bytes.subarray(4)]), 10)).toEqual(
    isTaken ? bytes : null,
  );
});

it('reads on after the limit, so that the sender gets to see the answer', async () => {
  const payload = new PassThrough();
  const body = readBody(payload, 10);
  payload.write('x'.repeat(11));
  expect(await body).toBeNull();
  await new Promise<void>((resolve) => payload.end('x'.repeat(1_000_000), () => resolve()));
});

it('rejects where the sender goes away', async () => {
  const payload = new PassThrough();
  const body = readBody(payload, 10);
  payload.destroy();
  await expect(body).rejects.toThrow('went away');
});

it('holds no more than the bytes where they come one by one', () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const held = () => {
    gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const payload = new PassThrough();
  const before = held();
  void readBody(payload, 1_000_000).catch(() => {});
  for (let sent = 0; sent < 200_000; sent++) payload.emit('data', Buffer.from([120]));
  // A list of the chunks would hold 24 MB.
  expect(held() - before).toBeLessThan(2_000_000);
  payload.destroy();
});

/** Counts what it is given, and says that it holds a tenth of it. */
function countingSink() {
  let bytes = 0;
  return {
    heldBytes: () => Math.floor(bytes / 10),
    write(chunk: Buffer) {
      bytes += chunk.length;
    },
    end: () => bytes,
  };
}

it.each([
  [1_000, 1_000],
  [1_001, null],
])('gives a body over the limit to a sink, of at most 1,000 bytes: %i', async (size, given) => {
  const bytes = Buffer.alloc(size, 'x');
  const large = { limit: 1_000, open: countingSink };
  expect(await readBody(Readable.from([bytes.subarray(0, 4), bytes.subarray(4)]), 10, null, large)).toBe(
    given,
  );
});

it('takes memory for what a sink holds, and not for what it was given', async () => {
  const budget = new BodyBudget({ maxBytes: 100_000, maxBytesOfNetwork: 100_000 });
  const payload = new PassThrough();
  const large = { limit: 1_000_000, open: countingSink };
  const body = readBody(payload, 50_000, { budget, network: 'a' }, large);
  for (let sent = 0; sent < 90; sent++) payload.emit('data', Buffer.alloc(10_000));
  expect(budget.bytes).toBe(90_000);
  payload.end();
  expect(await body).toBe(900_000);
  expect(budget.bytes).toBe(0);
});

it('ends a large body where there is no memory for its sink', async () => {
  const budget = new BodyBudget({ maxBytes: 20_000, maxBytesOfNetwork: 20_000 });
  const payload = new PassThrough();
  const body = readBody(payload, 0, { budget, network: 'a' }, { limit: 1_000_000, open: countingSink });
  for (let sent = 0; sent < 30; sent++) payload.emit('data', Buffer.alloc(10_000));
  await expect(body).rejects.toThrow(BodyBudgetExceeded);
  expect(budget.bytes).toBe(0);
  payload.destroy();
});
