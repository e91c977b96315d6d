import { afterEach, expect, it } from 'vitest';
import {
  type CustomerioSimulator,
  startCustomerioSimulator,
} from '../../../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../../../simulators/kommo/index.ts';
import type { StoryEffect } from '../contract.ts';
import { type StoryNews, StoryPlayer } from './player.ts';

let kommo: KommoSimulator;
let customerio: CustomerioSimulator;
let player: StoryPlayer;
let reports: NodeJS.Timeout | undefined;
afterEach(async () => {
  clearInterval(reports);
  player.close();
  await Promise.all([kommo.close(), customerio.close()]);
});

const ANN = 1001;

interface Given {
  isBroken?(): boolean;
  /** What Stagepost reports; null: it does not answer. */
  isIdle?: boolean | null;
  patience?: number;
}

/** Without a Stagepost between the simulators nothing follows from a move. The clock runs a second with each look. */
async function start({ isBroken = () => false, isIdle = true, patience = Infinity }: Given = {}) {
  [kommo, customerio] = await Promise.all([startKommoSimulator(), startCustomerioSimulator()]);
  const news: StoryNews[] = [];
  let ms = 0;
  player = new StoryPlayer({
    sides: { kommo, customerio },
    isBroken,
    onNews: (one) => news.push(one),
    now: () => (ms += 1_000),
    tickMs: 1,
    patience,
  });
  if (isIdle !== null) reports = setInterval(() => player.report(isIdle), 1);
  return news;
}

/** Resolves when the story has told so many effects. */
async function told(news: StoryNews[], count: number): Promise<StoryEffect['state'][]> {
  for (;;) {
    const effects = news.flatMap((one) => (one.kind === 'effect' ? [one.effect.state] : []));
    if (effects.length >= count) return effects.slice(0, count);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

it('goes on after an effect that does not come, to the end', async () => {
  const news = await start();
  player.command('start', false);
  expect(await told(news, 4)).toEqual(['seen', 'missed', 'missed', 'missed']);
});

it('says that the visitor was quicker where they have changed the client’s deal', async () => {
  const news = await start();
  player.touch(ANN);
  player.command('start', false);
  expect(await told(news, 2)).toEqual(['seen', 'yours']);
});

it('is not disturbed by a visitor who has deleted the deal of a step', async () => {
  const news = await start();
  player.command('start', false);
  await told(news, 1);
  kommo.deleteDeal(ANN);
  expect((await told(news, 6)).length).toBe(6);
});

it.each([
  { where: 'something is under way', isIdle: false },
  { where: 'Stagepost does not answer, as on a machine that stalls', isIdle: null },
])('waits as long as $where, and says for what', async ({ isIdle }) => {
  const news = await start({ isIdle });
  player.command('start', false);
  const waits = () => news.flatMap((one) => (one.kind === 'waiting' ? [one.effect.what] : []));
  await expect.poll(waits).toEqual(Array(3).fill('Customer.io knows Ann Lee'));
  expect(player.view().scenes[0]!.steps[1]!.effects[0]).toMatchObject({
    state: 'waiting',
    ms: expect.any(Number),
  });
});

it('gives up where something hangs', async () => {
  const news = await start({ isIdle: false, patience: 5 });
  player.command('start', false);
  expect(await told(news, 2)).toEqual(['seen', 'missed']);
});

it('waits as long as something is broken, until the visitor goes on', async () => {
  let looks = 0;
  const news = await start({ isBroken: () => ++looks > 0, patience: 5 });
  player.command('start', false);
  await expect.poll(() => looks).toBeGreaterThan(50);
  expect(await told(news, 1)).toEqual(['seen']);
  player.command('next');
  expect(await told(news, 2)).toEqual(['seen', 'skipped']);
});

it('takes one step at a time while it is paused', async () => {
  const news = await start();
  player.command('next');
  await told(news, 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(player.view().state).toBe('paused');
  expect(
    player
      .view()
      .scenes[0]!.steps.map(({ state }) => state)
      .slice(0, 2),
  ).toEqual(['done', 'waiting']);
});

it('is replayed with new clients, in the place of the last ones', async () => {
  const news = await start();
  player.command('start', false);
  while (player.view().state !== 'ended') {
    if (player.view().scenes.some(({ steps }) => steps.some(({ state }) => state === 'running')))
      player.command('next', false);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(news.at(-1)).toMatchObject({ kind: 'ended' });
  player.command('replay', false);
  expect(kommo.deal(ANN)?.isDeleted).toBe(true);
  await expect.poll(() => kommo.deal(ANN + 10)?.name).toBe('Acme Ltd, Pro');
});
