import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Campaign, Sender } from '../../src/domain/campaigns/campaign.ts';
import { CampaignReader } from '../../src/pipeline/campaigns/campaign-reader.ts';
import { readCampaigns } from '../../src/pipeline/campaigns/read-campaigns.ts';
import {
  isCampaignRunning,
  saveCampaignFailure,
  saveCampaigns,
  saveSenders,
  storedCampaigns,
} from '../../src/store/campaigns/campaign-lists.ts';
import { senderNames } from '../../src/store/campaigns/sender-names.ts';
import type { Database } from '../../src/store/database/database.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';

const campaign = (id: number, event: string, part: Partial<Campaign> = {}): Campaign => ({
  ...{ id, name: `Campaign of ${event}`, state: 'running', trigger: 'event', event },
  ...part,
});
const NEWS: Sender = { kind: 'newsletter', id: 1, name: 'News' };

describe.each(KINDS)('the stored campaigns (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database?.close());
  const save = (connection: string, campaigns: Campaign[], now: number) =>
    saveCampaigns(database.db, connection, { workspaceId: 3, campaigns, isCut: false }, now);

  it('are as they were last read, with names of any kind', async () => {
    const odd = campaign(2, 'deal\u0000_won \ud800', { name: '\ud83d\ude00 " \\' });
    await save('acme', [campaign(1, 'a')], 1_000);
    await save('acme', [odd, campaign(1, 'a')], 2_000);
    const stored = await storedCampaigns(database.db, 'acme');
    expect(stored).toMatchObject({ workspaceId: 3, readAt: 2_000, failure: null, isCut: false });
    expect(stored!.campaigns.map(({ id, name }) => [id, name])).toEqual([
      [2, odd.name],
      [1, 'Campaign of a'],
    ]);
  });

  it('stay after a failure, which ends with the next reading', async () => {
    await save('failing', [campaign(1, 'a')], 1_000);
    await saveCampaignFailure(database.db, 'failing', 'refused', 2_000);
    expect(await storedCampaigns(database.db, 'failing')).toMatchObject({
      readAt: 1_000,
      campaigns: [{ id: 1 }],
      failure: { message: 'refused', at: 2_000 },
    });
    await save('failing', [campaign(1, 'a')], 3_000);
    expect(await storedCampaigns(database.db, 'failing')).toMatchObject({ readAt: 3_000, failure: null });
  });

  it('are not known before the first reading, whatever failed', async () => {
    expect(await storedCampaigns(database.db, 'new')).toBeNull();
    await saveCampaignFailure(database.db, 'new', 'refused', 2_000);
    expect(await storedCampaigns(database.db, 'new')).toMatchObject({ readAt: null, campaigns: [] });
    expect(await isCampaignRunning(database.db, 'new', 'a', 0)).toBeNull();
  });

  it.each([
    ['runs', true],
    ['stopped', false],
    ['missing', false],
    ['capital', null],
    ['copied', true],
  ])('say whether one runs for the event "%s": %s', async (event, isRunning) => {
    const list = [
      campaign(1, 'runs'),
      campaign(2, 'stopped', { state: 'stopped' }),
      campaign(3, 'Capital '),
      campaign(4, 'copied', { state: 'draft' }),
      campaign(5, 'copied'),
    ];
    await save('states', list, 1_000);
    expect(await isCampaignRunning(database.db, 'states', event, 1_000)).toBe(isRunning);
    expect(await isCampaignRunning(database.db, 'states', event, 1_001)).toBeNull();
  });

  it('give names to what reports name by number only', async () => {
    await save('named', [campaign(1, 'a', { name: 'A' })], 1_000);
    await saveSenders(database.db, 'named', [NEWS], 1_000);
    const wanted = [
      { kind: 'campaign', id: 1 },
      { kind: 'newsletter', id: 1 },
      { kind: 'broadcast', id: 1 },
      { kind: 'campaign', id: 9 },
    ] as const;
    expect(await senderNames(database.db, 'named', wanted)).toEqual([
      { kind: 'campaign', id: 1, name: 'A' },
      { kind: 'newsletter', id: 1, name: 'News' },
    ]);
    expect(await senderNames(database.db, 'other', wanted)).toEqual([]);
  });

  it('are read by ten calls an hour, and not again by a start within five minutes', async () => {
    const clock = new TestClock(50_000_000);
    const calls = { lists: 0, region: 0 };
    const list = async () => {
      calls.lists += 1;
      return [];
    };
    const app = {
      campaigns: list,
      newsletters: list,
      broadcasts: list,
      transactionalMessages: list,
      messagesOfCampaign: list,
    };
    const track = {
      region: async () => {
        calls.region += 1;
        return { region: 'us' as const, url: '', environmentId: 7 };
      },
    };
    const options = {
      ...{ db: database.db, app, clock, log: pino({ level: 'silent' }), random: 0.999 },
      connection: { name: 'hourly', track, rules: { stages: [], inactivity: [] } } as never,
    };
    const reader = new CampaignReader(options);
    const pass = async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        await eventually(() => expect(reader.isReading).toBe(false));
        await clock.tick(60_000);
      }
      await eventually(() => expect(reader.isReading).toBe(false));
    };
    reader.start();
    await pass(59);
    expect(calls).toEqual({ lists: 9, region: 1 });
    await pass(60);
    expect(calls).toEqual({ lists: 18, region: 2 });
    await pass(2);
    await reader.stop();
    const before = calls.lists;
    const next = new CampaignReader(options);
    next.start();
    await eventually(() => expect(next.isReading).toBe(false));
    await next.stop();
    expect(calls.lists).toBe(before);
  });

  it('of 5,000 campaigns are stored in full, and one more is left out', async () => {
    const many = Array.from({ length: 5_001 }, (_, index) => campaign(index + 1, `event ${index}`));
    const app = {
      campaigns: async () => many,
      newsletters: async () => [NEWS],
      broadcasts: () => Promise.reject(new Error('not allowed')),
      transactionalMessages: async () => [],
      messagesOfCampaign: async (id: number) => [
        { kind: 'message' as const, id: id * 10, name: `Message of ${id}` },
      ],
    };
    const track = { region: () => Promise.reject(new Error('not reached')) };
    await readCampaigns({
      db: database.db,
      connection: 'large',
      app,
      track,
      events: ['event 7'],
      now: () => 5_000,
    });
    const stored = await storedCampaigns(database.db, 'large');
    expect(stored).toMatchObject({ isCut: true, workspaceId: null, readAt: 5_000 });
    expect(stored!.campaigns).toHaveLength(5_000);
    expect(await isCampaignRunning(database.db, 'large', 'event 4999', 0)).toBe(true);
    expect(await senderNames(database.db, 'large', [{ kind: 'newsletter', id: 1 }])).toHaveLength(1);
    const messages = [80, 90].map((id) => ({ kind: 'message' as const, id }));
    expect(await senderNames(database.db, 'large', messages)).toEqual([
      { kind: 'message', id: 80, name: 'Message of 8' },
    ]);
  });
});
