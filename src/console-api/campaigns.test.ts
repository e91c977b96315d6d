import { expect, it } from 'vitest';
import { createCampaignCheck } from './campaigns.ts';

const campaign = (event: string, isRunning = true) => ({ name: event, event, isRunning });

function check(answers: (() => Promise<ReturnType<typeof campaign>[]>)[]) {
  let time = 0;
  let calls = 0;
  const app = {
    eventCampaigns: () => {
      calls += 1;
      return answers.shift()!();
    },
  };
  const pass = (ms: number) => {
    time += ms;
  };
  const hasCampaign = createCampaignCheck({ app: () => app, now: () => time });
  return { hasCampaign, calls: () => calls, pass };
}

it('one call serves all events for five minutes', async () => {
  const list = async () => [campaign('deal_won'), campaign('deal_lost', false)];
  const { hasCampaign, calls, pass } = check([list, async () => []]);
  expect(await hasCampaign('deal_won')).toBe(true);
  expect(await hasCampaign('deal_lost')).toBe(false);
  expect(await hasCampaign('other')).toBe(false);
  expect(calls()).toBe(1);
  pass(5 * 60_000);
  expect(await hasCampaign('deal_won')).toBe(false);
});

it('nothing is claimed where Customer.io refuses, and it is left alone for a minute', async () => {
  const refuse = () => Promise.reject(new Error('401'));
  const { hasCampaign, calls, pass } = check([refuse, async () => [campaign('deal_won')]]);
  expect(await hasCampaign('deal_won')).toBeNull();
  expect(await hasCampaign('deal_won')).toBeNull();
  expect(calls()).toBe(1);
  pass(60_000);
  expect(await hasCampaign('deal_won')).toBe(true);
});

it('nothing is claimed without a key', async () => {
  expect(await createCampaignCheck({ app: () => null, now: () => 0 })('deal_won')).toBeNull();
});
