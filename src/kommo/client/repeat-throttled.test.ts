import { expect, it } from 'vitest';
import { DeliveryError } from '../../domain/errors.ts';
import { repeatThrottled } from './repeat-throttled.ts';

const CALL = { method: 'GET', path: '/account', effect: 'read', doing: 'reading' } as const;
const busy = (retryAfterMs: number) =>
  new DeliveryError('throttled', 'Slow down.', { status: 429, retryAfterMs });
const block = new DeliveryError('throttled', 'Blocked.', { status: 403, retryAfterMs: 10 });

/** Sends one call to a Kommo that gives these answers in turn, on a clock that only the waits move. */
async function send(answers: (DeliveryError | string)[], withinMs: number) {
  let ms = 0;
  let calls = 0;
  const transport = {
    async send() {
      const answer = answers[calls++];
      if (answer instanceof DeliveryError) throw answer;
      return answer;
    },
  };
  const delay = async (wait: number) => {
    ms += wait;
  };
  const answer = await repeatThrottled(transport, { withinMs, now: () => ms, delay })
    .send(CALL)
    .catch((error: DeliveryError) => error.message);
  return { answer, calls, ms };
}

it('a call that meets a 429 is made again after the time that Kommo asks for', async () => {
  expect(await send([busy(5000), busy(1000), 'done'], 10_000)).toEqual({
    answer: 'done',
    calls: 3,
    ms: 6000,
  });
});

it('a call that would wait for too long fails with what Kommo said', async () => {
  expect(await send([busy(5000), busy(6000), 'done'], 10_000)).toEqual({
    answer: 'Slow down.',
    calls: 2,
    ms: 5000,
  });
});

it('a block is not waited for, since only Kommo’s support lifts it', async () => {
  expect(await send([block, 'done'], 10_000)).toEqual({ answer: 'Blocked.', calls: 1, ms: 0 });
});
