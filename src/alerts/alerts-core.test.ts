import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertLevel, Condition, Mute, Notice, Observation } from '../domain/alerts.ts';
import { advance, HOLD_MS, REMEMBER_MS } from './conditions.ts';
import { messageOf } from './message.ts';
import {
  afterDelivery,
  dispositionOf,
  noticeAfter,
  noticesInstead,
  REMIND_MS,
  type Route,
} from './notices.ts';

const TICK = 5_000;
const START = Date.UTC(2026, 10, 30, 1, 0);

type Light = 'ok' | 'warning' | 'broken' | 'unknown';

function observation(code: string, light: Exclude<Light, 'ok'>, since: number, more = {}): Observation {
  return {
    key: `acme/kommo/${code}`,
    ...{ topic: 'health', connection: 'acme', side: 'kommo', code, light, step: 0, since },
    ...{ message: `${code} is wrong.`, todo: 'Do something.', path: '/connections' },
    ...more,
  };
}

const EVERYTHING: Route = {
  name: 'ops',
  levels: ['warning', 'broken', 'recovered'],
  topics: ['health', 'dead_letters', 'backlog', 'opt_outs', 'gaps'],
  connections: null,
};

/** The core with its states in memory: one tick observes, announces, and sends to the receivers that are not away. */
class Simulation {
  now = START;
  conditions: Condition[] = [];
  notices = new Map<string, Notice>();
  mutes: Mute[] = [];
  away = new Set<string>();
  sent: { receiver: string; at: number; levels: string; title: string; keys: string[] }[] = [];
  announced = 0;
  readonly routes: Route[];

  constructor(routes: Route[] = [EVERYTHING]) {
    this.routes = routes;
  }

  tick(observations: Observation[], isKnown = true): void {
    this.now += TICK;
    const seen = { observations, isKnown: () => isKnown };
    const { saved, removed, changes } = advance(this.conditions, seen, this.now);
    const changed = new Map(saved.map((each) => [each.key, each]));
    this.conditions = [
      ...this.conditions.filter(({ key }) => !removed.includes(key) && !changed.has(key)),
      ...saved,
    ];
    this.announced += changes.length;
    for (const route of this.routes)
      for (const change of changes) {
        const id = `${route.name} ${change.condition.key}`;
        this.#keep(id, noticeAfter(this.notices.get(id) ?? null, change, route, this.now));
      }
    for (const { name } of this.routes) this.#send(name);
  }

  /** Ticks for so long, with the same to be seen. */
  pass(ms: number, observations: Observation[] = [], isKnown = true): void {
    for (let passed = 0; passed < ms; passed += TICK) this.tick(observations, isKnown);
  }

  titles(receiver = 'ops'): string[] {
    return this.sent.filter((each) => each.receiver === receiver).map(({ title }) => title);
  }

  #keep(id: string, notice: Notice | null): void {
    if (notice) this.notices.set(id, notice);
    else this.notices.delete(id);
  }

  #send(receiver: string): void {
    const own = [...this.notices].filter(([, notice]) => notice.receiver === receiver);
    for (const [id, notice] of own)
      if (dispositionOf(notice, this.mutes, this.now) === 'drop') this.notices.delete(id);
    const due = own.filter(([, notice]) => dispositionOf(notice, this.mutes, this.now) === 'send');
    if (due.length === 0 || this.away.has(receiver)) return;
    const options = { id: 'id', receiver, now: this.now, publicUrl: null };
    const { title, items } = messageOf(
      due.map(([, notice]) => notice),
      options,
    );
    const levels = items.map(({ level }) => level).join(' ');
    this.sent.push({ receiver, at: this.now, levels, title, keys: due.map(([, { key }]) => key) });
    for (const [id, notice] of due) this.#keep(id, afterDelivery(notice, this.now));
  }
}

const broken = (code: string) => [observation(code, 'broken', START)];

describe('changes', () => {
  it('tells of something that lasts, and of its end, once each', () => {
    const world = new Simulation();
    world.pass(10 * 60_000, broken('token'));
    world.pass(10 * 60_000);
    expect(world.titles()).toEqual([
      'BROKEN acme: token is wrong.',
      'RECOVERED acme: token is wrong. (over after 10 min)',
    ]);
  });

  it('is silent about a flap of seconds, and about a recovery of seconds', () => {
    const world = new Simulation();
    world.pass(20_000, broken('token'));
    world.pass(60_000);
    expect(world.titles()).toEqual([]);
    world.pass(60_000, broken('token'));
    world.pass(20_000);
    world.pass(60_000, broken('token'));
    expect(world.titles()).toEqual(['BROKEN acme: token is wrong.']);
  });

  it('makes one message of a fault that raises ten items within seconds', () => {
    const world = new Simulation();
    const ten = Array.from({ length: 10 }, (_, index) => observation(`c${index}`, 'broken', START));
    for (let count = 1; count <= 10; count += 3) world.tick(ten.slice(0, count));
    world.pass(5 * 60_000, ten);
    expect(world.titles()).toEqual(['BROKEN acme: c0 is wrong. And 9 more.']);
    world.pass(5 * 60_000);
    expect(world.titles().slice(1)).toEqual([
      expect.stringMatching(/^RECOVERED acme: c0 is wrong\. \(over after \d+ min\) And 9 more\.$/),
    ]);
  });

  it('tells of something that comes and goes every few seconds, and damps its recoveries', () => {
    const world = new Simulation();
    for (let minute = 0; minute < 120; minute += 1) {
      world.pass(20_000, broken('token'));
      world.pass(40_000);
    }
    world.pass(60 * 60_000);
    const titles = world.titles();
    expect(titles[0]).toMatch(/^BROKEN/);
    expect(titles.at(-1)).toMatch(/^RECOVERED/);
    expect(titles.length).toBeLessThanOrEqual(6);
  });

  it('tells of something whose light never stays the same, as long as it is never right', () => {
    const world = new Simulation();
    for (let count = 0; count < 30; count += 1)
      world.tick([observation('token', count % 2 === 0 ? 'warning' : 'broken', START)]);
    expect(world.titles().length).toBe(1);
  });

  it('tells when it gets worse and better', () => {
    const world = new Simulation();
    world.pass(60_000, [observation('webhook', 'warning', START)]);
    world.pass(60_000, broken('webhook'));
    world.pass(60_000, [observation('webhook', 'warning', START)]);
    world.pass(60_000);
    expect(world.sent.map(({ levels }) => levels)).toEqual(['warning', 'broken', 'warning', 'recovered']);
  });

  it('keeps what it knows while nothing can be judged, and never calls that a recovery', () => {
    const world = new Simulation();
    world.pass(60_000, broken('token'));
    world.pass(60 * 60_000, [], false);
    world.pass(60 * 60_000, [observation('token', 'unknown', START)]);
    expect(world.titles()).toEqual(['BROKEN acme: token is wrong.']);
  });

  it('tells at each step of a limit while it rises, and is silent while it falls', () => {
    const world = new Simulation();
    const at = (step: number) => [
      observation('dead_letters', step >= 90 ? 'broken' : 'warning', START, { step, topic: 'dead_letters' }),
    ];
    for (const step of [50, 70, 90, 100, 90, 100, 50, 70, 100]) world.pass(60_000, at(step));
    world.pass(60_000);
    expect(world.sent.map(({ levels }) => levels)).toEqual([
      ...['warning', 'warning', 'broken', 'broken'],
      'recovered',
    ]);
  });
});

describe('receivers', () => {
  it('reminds once a day', () => {
    const world = new Simulation();
    world.pass(2 * REMIND_MS + 3_600_000, broken('token'));
    expect(world.titles()).toEqual([
      'BROKEN acme: token is wrong.',
      'BROKEN (still) acme: token is wrong.',
      'BROKEN (still) acme: token is wrong.',
    ]);
  });

  it('sends one truthful message about what began and ended while the receiver was away', () => {
    const world = new Simulation();
    world.away.add('ops');
    world.pass(3_600_000, broken('token'));
    world.pass(3_600_000);
    world.pass(3_600_000, broken('token'));
    world.pass(3_600_000);
    world.away.clear();
    world.pass(3_600_000);
    expect(world.sent.map(({ levels }) => levels)).toEqual(['recovered']);
    expect(world.titles()).toEqual(['RECOVERED acme: token is wrong. (over after 3 h)']);
  });

  it('sends a recovery only to those that were told, and only what a receiver wants', () => {
    const routes: Route[] = [
      EVERYTHING,
      { ...EVERYTHING, name: 'pager', levels: ['broken'] },
      { ...EVERYTHING, name: 'warnings', levels: ['warning', 'recovered'] },
      { ...EVERYTHING, name: 'beta', connections: ['beta'] },
      { ...EVERYTHING, name: 'counts', topics: ['dead_letters'] },
    ];
    const world = new Simulation(routes);
    world.pass(60_000, broken('token'));
    world.pass(60_000);
    const received = routes.map(({ name }) => world.sent.filter(({ receiver }) => receiver === name));
    expect(received.map((messages) => messages.map(({ levels }) => levels))).toEqual([
      ['broken', 'recovered'],
      ['broken'],
      [],
      [],
      [],
    ]);
  });

  it('sends nothing while muted, and what still lasts at the end of the mute', () => {
    const world = new Simulation();
    const mute = { id: 1, receiver: null, connection: 'acme', code: null, setBy: 'ann', setAt: START };
    world.mutes = [{ ...mute, endsAt: START + 3_600_000 }];
    world.pass(60_000, broken('short'));
    world.pass(60_000);
    world.pass(3_600_000 - 130_000, broken('token'));
    expect(world.titles()).toEqual([]);
    world.pass(60_000, broken('token'));
    expect(world.titles()).toEqual(['BROKEN acme: token is wrong.']);
  });

  it('tells the others, where a receiver cannot be reached and nobody else knows', () => {
    const world = new Simulation([EVERYTHING]);
    world.away.add('ops');
    world.pass(60_000, broken('token'));
    const notices = [...world.notices.values()];
    const instead = noticesInstead('ops', notices, ['pager'], [], world.now);
    expect(instead.map(({ receiver, insteadOf, code }) => [receiver, insteadOf, code])).toEqual([
      ['pager', 'ops', 'token'],
    ]);
    expect(noticesInstead('ops', [...notices, ...instead], ['pager'], [], world.now)).toEqual([]);
  });
});

/** What is seen at each of a row of moments: the light of each of three codes, for some ticks. */
const history = fc.array(
  fc.record({
    lights: fc.array(fc.constantFrom<Light>('ok', 'ok', 'warning', 'broken', 'unknown'), {
      minLength: 3,
      maxLength: 3,
    }),
    ticks: fc.integer({ min: 1, max: 60 }),
    isAway: fc.boolean(),
    isKnown: fc.boolean(),
  }),
  { maxLength: 40 },
);

const levels = fc.subarray<AlertLevel>(['warning', 'broken', 'recovered'], { minLength: 1 });

describe('over any history', () => {
  it('sends each receiver at most one message for each change and reminder, tells what lasts, and its end', () => {
    fc.assert(
      fc.property(history, levels, (steps, wanted) => {
        const world = new Simulation([EVERYTHING, { ...EVERYTHING, name: 'some', levels: wanted }]);
        for (const { lights, ticks, isAway, isKnown } of steps) {
          const seen = lights.flatMap((light, index) =>
            light === 'ok' ? [] : [observation(`c${index}`, light, world.now)],
          );
          world.away = new Set(isAway ? ['ops', 'some'] : []);
          for (let tick = 0; tick < ticks; tick += 1) world.tick(seen, isKnown);
        }
        world.away.clear();
        // What lasts is told within the hold.
        world.pass(HOLD_MS + 2 * TICK, broken('c0'));
        const notice = world.notices.get('ops acme/kommo/c0')!;
        expect([notice.deliveredLight, notice.waitingSince]).toEqual(['broken', null]);
        // Its end is told, however often it came and went.
        world.pass(16 * 60_000);
        expect(world.notices.size).toBe(0);
        const days = Math.ceil((world.now - START) / REMIND_MS);
        for (const { name } of world.routes)
          expect(world.titles(name).length).toBeLessThanOrEqual(world.announced + 3 * days);
        const last = world.sent.filter(({ receiver }) => receiver === 'ops').at(-1);
        expect(last?.levels.split(' ').at(-1)).toBe('recovered');
        // Everything is forgotten in the end.
        world.pass(REMEMBER_MS + TICK);
        expect(world.conditions).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('makes few messages an hour of anything, however fast it changes', () => {
    const fast = fc.array(fc.constantFrom<Light>('ok', 'warning', 'broken'), {
      minLength: 720,
      maxLength: 720,
    });
    fc.assert(
      fc.property(fast, (lights) => {
        const world = new Simulation();
        for (const light of lights)
          world.tick(light === 'ok' ? [] : [observation('token', light, world.now)]);
        expect(world.sent.length).toBeLessThanOrEqual(20);
      }),
      { numRuns: 50 },
    );
  });
});
