import { expect, it } from 'vitest';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import { checkCampaigns } from './campaigns.ts';

const campaign = (event: string | null, part: Partial<Campaign> = {}): Campaign => ({
  ...{ id: 1, name: `On ${event}`, state: 'running', trigger: 'event', event },
  ...part,
});
const rules = {
  stages: [{ pipeline: 'Sales', stage: 'Won', event: 'deal_won' }],
  inactivity: [{ start: 'deal_won', event: 'deal_quiet' }],
};
const check = (...campaigns: Campaign[]) => checkCampaigns({ campaigns: async () => campaigns }, rules);

it('every event starts a running campaign', async () => {
  expect(await check(campaign('deal_won'), campaign('deal_quiet'))).toMatchObject([
    { status: 'ok', message: 'A running campaign starts from each of the 2 events that the rules send' },
  ]);
});

it('each event without a running campaign is a warning with what to do', async () => {
  const found = await check(campaign('deal_won', { state: 'draft' }), campaign('Deal_Quiet'));
  expect(found).toMatchObject([
    {
      status: 'warning',
      message: 'deal_won is sent, but no running campaign starts from it. "On deal_won" is a draft.',
      todo: 'Start the campaign in Customer.io.',
    },
    { status: 'warning', message: expect.stringContaining('waits for "Deal_Quiet" instead') },
  ]);
});

it('a warning says that campaigns of segments cannot be seen, where there are some', async () => {
  const [found] = await check(campaign('deal_quiet'), campaign(null, { trigger: 'segment' }));
  expect(found!.todo).toContain('1 running campaign starts from a segment.');
});

it('a campaign that waits for nearly the same event is a warning, and one of another system is none', async () => {
  const all = [campaign('deal_won'), campaign('deal_quiet')];
  expect(await check(...all, campaign('Deal Won', { name: 'Copy' }), campaign('signed_up'))).toMatchObject([
    { status: 'ok' },
    { status: 'warning', message: expect.stringContaining('The rules send "deal_won".') },
    { status: 'ok', message: expect.stringContaining('signed_up') },
  ]);
});

it('nothing is claimed without an App API key', async () => {
  expect(await checkCampaigns(null, rules)).toMatchObject([{ status: 'skipped' }]);
});

it('rules that send no event have no finding', async () => {
  expect(await checkCampaigns(null, { stages: [], inactivity: [] })).toEqual([]);
});
