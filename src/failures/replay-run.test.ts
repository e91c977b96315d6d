import { describe, expect, it } from 'vitest';
import type { Progress } from '../store/actions/replay-progress.ts';
import { createReplayRun, type ReplayRunOptions } from './replay-run.ts';

type State = 'dead' | 'ready' | 'done' | 'retryable' | 'held';

/** A store in memory: what is handed over has become `outcome(id)` at the next look but one. */
function fakeStore(outcome: (id: number) => State = () => 'done') {
  const states = new Map<number, State>();
  const chunks: number[][] = [];
  let looks = 0;
  const counts = () => ({ waiting: 0, ready: 0, sending: 0, done: 0, dead: 0, dropped: 0 });
  const letters: ReplayRunOptions['letters'] = {
    async replay({ ids }) {
      chunks.push(ids);
      for (const id of ids) states.set(id, 'ready');
      return { taken: ids, blocked: [] };
    },
    async progress(ids) {
      looks += 1;
      if (looks % 2 === 0) for (const id of ids) states.set(id, outcome(id));
      const progress: Progress = {
        counts: counts(),
        tryingAgain: [],
        refused: [],
        dropped: [],
        stopped: null,
      };
      for (const id of ids) {
        const state = states.get(id)!;
        if (state === 'retryable') progress.tryingAgain.push(id);
        if (state === 'held')
          progress.stopped = {
            connection: 'acme',
            lane: 'kommo',
            failure: 'unauthorized',
            words: 'bad token',
          };
        progress.counts[state === 'retryable' || state === 'held' ? 'ready' : state] += 1;
      }
      return progress;
    },
  };
  return { letters, chunks, states };
}

function replay(store: ReturnType<typeof fakeStore>, count: number, part: Partial<ReplayRunOptions> = {}) {
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  let time = 0;
  return createReplayRun({
    letters: store.letters,
    plan: { ids, until: 9 },
    isDelivering: true,
    chunkSize: 2,
    pause: async () => {
      time += 250;
    },
    now: () => time,
    onProgress: () => {},
    isStopping: () => false,
    isAborted: () => false,
    ...part,
  });
}

describe('a replay', () => {
  it('hands over chunk after chunk, each when the one before is settled', async () => {
    const store = fakeStore();
    const openBefore: number[] = [];
    const { replay: handOver } = store.letters;
    store.letters.replay = (chunk) => {
      openBefore.push([...store.states.values()].filter((state) => state === 'ready').length);
      return handOver(chunk);
    };
    const { tally, run } = replay(store, 5);
    await run();
    expect(store.chunks).toEqual([[1, 2], [3, 4], [5]]);
    expect(openBefore).toEqual([0, 0, 0]);
    expect(tally).toMatchObject({ total: 5, delivered: 5, left: 0 });
  });

  it('counts what is refused again and never hands it over twice', async () => {
    const store = fakeStore((id) => (id % 2 ? 'dead' : 'done'));
    const { tally, run } = replay(store, 4);
    await run();
    expect(store.chunks.flat()).toEqual([1, 2, 3, 4]);
    expect(tally).toMatchObject({ delivered: 2, refused: 2, left: 0 });
  });

  it('does not hand over again what a chunk took along from a later one', async () => {
    const store = fakeStore();
    const { replay: handOver } = store.letters;
    store.letters.replay = (chunk) => handOver({ ids: chunk.ids[0] === 1 ? [1, 2, 4] : chunk.ids });
    const { tally, run } = replay(store, 4);
    await run();
    expect(store.chunks).toEqual([[1, 2, 4], [3]]);
    expect(tally).toMatchObject({ delivered: 4, takenByOthers: 0 });
  });

  it('stops after the chunk that was handed over when a person wishes so', async () => {
    const store = fakeStore();
    const { tally, run } = replay(store, 6, { isStopping: () => store.chunks.length > 0 });
    await run();
    expect(tally).toMatchObject({ delivered: 2, left: 4, stopped: null });
  });

  it('does not even wait for that one when a person insists', async () => {
    const store = fakeStore(() => 'ready');
    const { tally, run } = replay(store, 6, {
      isStopping: () => store.chunks.length > 0,
      isAborted: () => true,
    });
    await run();
    expect(tally).toMatchObject({ handedOver: 2, delivered: 0, left: 4 });
  });

  it('leaves what failed on the way to be tried again, and goes on', async () => {
    const store = fakeStore((id) => (id === 1 ? 'retryable' : 'done'));
    const { tally, run } = replay(store, 4);
    await run();
    expect(tally).toMatchObject({ delivered: 3, tryingAgain: 1, left: 0 });
  });

  it('stops where a lane is held, in its words', async () => {
    const { tally, run } = replay(
      fakeStore(() => 'held'),
      6,
    );
    await run();
    expect(tally).toMatchObject({ handedOver: 2, left: 4, stopped: 'bad token' });
  });

  it('stops where nothing moves for three minutes', async () => {
    const { tally, run } = replay(
      fakeStore(() => 'ready'),
      4,
    );
    await run();
    expect(tally).toMatchObject({ left: 2, stopped: 'Nothing has moved for three minutes.' });
  });

  it('hands over everything and waits for nothing where nobody delivers', async () => {
    const store = fakeStore();
    const { tally, run } = replay(store, 5, { isDelivering: false });
    await run();
    expect(tally).toMatchObject({ handedOver: 5, left: 0 });
  });

  it('counts what somebody else took meanwhile', async () => {
    const store = fakeStore();
    const { replay: handOver } = store.letters;
    store.letters.replay = ({ ids }) => handOver({ ids: ids.filter((id) => id !== 2) });
    const { tally, run } = replay(store, 3);
    await run();
    expect(tally).toMatchObject({ delivered: 2, takenByOthers: 1, left: 0 });
  });
});
