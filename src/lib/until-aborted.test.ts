import { expect, it } from 'vitest';
import { untilAborted } from './until-aborted.ts';

it('gives the result of the work, and its error', async () => {
  const { signal } = new AbortController();
  expect(await untilAborted(Promise.resolve(7), signal)).toBe(7);
  await expect(untilAborted(Promise.reject(new Error('no answer')), signal)).rejects.toThrow('no answer');
});

it('ends with the signal, also one that has aborted before', async () => {
  const stopping = new AbortController();
  const waiting = untilAborted(new Promise(() => {}), stopping.signal);
  stopping.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  await expect(untilAborted(new Promise(() => {}), stopping.signal)).rejects.toThrow('stopped');
});
