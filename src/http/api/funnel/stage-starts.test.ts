import { describe, expect, it } from 'vitest';
import type { Coverage, SentEvent } from '../../../domain/campaigns/coverage.ts';
import { stageStart } from './stage-starts.ts';

const SALES = { id: 7, name: 'Sales' };
const WON = { id: 142, name: 'Closed - won' };
const from = (pipeline: string, stage: string) => [{ kind: 'stage' as const, pipeline, stage }];
const sent: SentEvent[] = [
  { event: 'deal_won', from: from('Sales', 'Closed - won') },
  { event: 'renewed', from: from('Renewals', '142') },
  { event: 'deal_won_inactive', from: [{ kind: 'timer', start: 'deal_won' }] },
];
const nothing = { sent, coverage: null, seen: [] };

describe('what entering a stage starts', () => {
  it('is the event of its rule, whether that names the stage or has its number', () => {
    expect(stageStart(nothing, SALES, WON)).toEqual({ event: 'deal_won', campaigns: [] });
    expect(stageStart(nothing, { id: 8, name: 'Renewals' }, WON).event).toBe('renewed');
    expect(stageStart(nothing, SALES, { id: 143, name: 'Closed - lost' }).event).toBeNull();
  });

  it('has the running campaigns of the event', () => {
    const campaigns = [
      { id: 1, name: 'Onboarding', state: 'running' as const },
      { id: 2, name: 'Onboarding, new', state: 'draft' as const },
    ];
    const event = {
      event: 'deal_won',
      from: [],
      status: 'running' as const,
      campaigns,
      campaignCount: 2,
      similar: [],
    };
    const coverage = { events: [event] } as unknown as Coverage;
    expect(stageStart({ ...nothing, coverage }, SALES, WON).campaigns).toEqual(['Onboarding']);
  });

  it('has those that reports name, where there is no App API key', () => {
    const seen = [
      { event: 'deal_won', campaignId: '1', name: 'Onboarding', at: 1 },
      { event: 'deal_won', campaignId: '2', name: null, at: 1 },
    ];
    expect(stageStart({ ...nothing, seen }, SALES, WON).campaigns).toEqual(['Onboarding']);
  });
});
