import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { type App, startApp } from '../../../src/app.ts';
import { type Config, loadConfig } from '../../../src/config/index.ts';
import { type Kind, removeStore, storeOf } from '../../support/databases.ts';
import { WEBHOOK_SECRET } from '../../support/example-env.ts';
import { connectionOf, createScene, type Scenario, type Scene } from './scene.ts';

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../../examples/stagepost.yaml'), 'utf8');

/** The first second of all cases. Stagepost has been running for a day by then. */
export const T = 1_796_000_000;
const STARTED_AT = T - 90_000;

/** Hashing with the usual cost would take a fifth of a second. */
const CHEAP_PASSWORDS = { N: 16, r: 8, p: 1 };
const NO_PROBES = { judgeEveryMs: 3_600_000, firstProbeMs: 3_600_000 };

/** The queue looks for due jobs every few seconds. */
const WALKED_MS = 5_000;

/** How long a round may take in real time, ms: for hundreds of scenarios the first ones take most of it. */
const ROUND_MS = 150_000;
/** How often is asked whether a round is over, ms: each time is a query, in the database that does the work. */
const POLL_MS = 40;
/** After this time without any progress, ms, what is left waits for a time: the clock goes on by `STEP_MS`. */
const PATIENCE_MS = 600;
/** The same once the clock has gone on in a round. */
const LATER_PATIENCE_MS = 100;
const STEP_MS = 250;
/** Steps without any progress between them double up to this, ms: some retries come after minutes. */
const MAX_STEP_MS = 8_000;
/** How often the clock is advanced again after a failed query. */
const MAX_REPEATS = 5;

export interface Played {
  scenes: Scene[];
  close(): Promise<void>;
}

/**
 * Plays all scenarios at once, each on a connection of its own, in one Stagepost and one database: the steps of all in the
 * order of their times, by a clock that jumps from one time to the next and waits at each until nothing is left to do.
 */
export async function play(kind: Kind, scenarios: Scenario[]): Promise<Played> {
  const clock = new TestClock(STARTED_AT * 1000);
  const store = await storeOf(kind);
  let app: App | undefined;
  const started = (): App => {
    if (!app) throw new Error('Stagepost has not started yet.');
    return app;
  };
  const scenes = await Promise.all(
    scenarios.map((scenario, n) =>
      createScene({
        scenario,
        connection: `case${scenario.case}-${n}`,
        now: () => clock.now(),
        app: started,
      }),
    ),
  );
  app = await startApp({
    config: configOf(scenes),
    ...store,
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: process.env.STAGEPOST_LOG ?? 'silent' }),
    publicUrl: undefined,
    healthTimes: NO_PROBES,
    passwordCost: CHEAP_PASSWORDS,
    clock,
  });
  for (const { kommo, connection } of scenes)
    kommo.addHook({ destination: `${app.url}/webhooks/kommo/${connection}/${WEBHOOK_SECRET}` });

  const times = timesOf(scenarios);
  for (const [n, at] of times.entries()) {
    await advance(clock, at);
    await Promise.all(scenes.map((scene) => takeSteps(scene, at)));
    await settle(app, scenes, clock, at, times[n + 1] ?? Number.POSITIVE_INFINITY);
  }
  return {
    scenes,
    async close() {
      await started().close();
      await Promise.all(scenes.flatMap(({ kommo, customerio }) => [kommo.close(), customerio.close()]));
      removeStore(store);
    },
  };
}

/** A scenario whose configuration is wrong fails alone, and its connection is left out. */
function configOf(scenes: Scene[]): Config {
  const connections = Object.fromEntries(
    scenes.flatMap((scene) => {
      const connection = connectionOf(scene, EXAMPLE);
      const { problems } = read({ [scene.connection]: connection });
      if (problems) scene.failure = new Error(`The configuration is wrong: ${JSON.stringify(problems)}`);
      return problems ? [] : [[scene.connection, connection]];
    }),
  );
  return read(connections).config!;
}

function read(connections: Record<string, unknown>) {
  const text = stringify({ connections }, { aliasDuplicateObjects: false });
  const loaded = loadConfig({ text, file: 'cases.yaml', env: {} });
  return loaded.ok ? { config: loaded.config, problems: null } : { config: null, problems: loaded.problems };
}

const timesOf = (scenarios: Scenario[]): number[] =>
  [...new Set(scenarios.flatMap(({ steps }) => steps.map(({ at }) => at)))].sort((one, other) => one - other);

/** Jumps to shortly before a second and walks the rest, so that what became due on the way begins. */
async function advance(clock: TestClock, at: number): Promise<void> {
  const until = at * 1000;
  if (until - clock.now() > WALKED_MS) await clock.setTime(until - WALKED_MS);
  if (until > clock.now()) await tick(clock, until - clock.now());
}

/** Advances the clock, also where a query of the queue fails in between on a busy machine: the queue repeats it. */
async function tick(clock: TestClock, ms: number): Promise<void> {
  const until = clock.now() + ms;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await clock.tick(until - clock.now());
    } catch (error) {
      if (attempt === MAX_REPEATS) throw error;
    }
  }
}

/** An error of one scenario is kept for its own test. */
async function takeSteps(scene: Scene, at: number): Promise<void> {
  for (const step of scene.scenario.steps) {
    if (step.at !== at || scene.failure) continue;
    try {
      await step.do(scene);
    } catch (error) {
      scene.failure = error;
    }
  }
}

/** Waits until every connection that can has nothing left to do, or what is left waits until after the next steps. */
async function settle(
  app: App,
  scenes: Scene[],
  clock: TestClock,
  at: number,
  nextAt: number,
): Promise<void> {
  const began = Date.now();
  let progress = { mark: 0, at: began };
  let isWaiting = false;
  let stepMs = STEP_MS;
  for (;;) {
    const { busy, isReadingOnly } = await busyScenes(app, scenes, clock.now());
    if (busy.length === 0) return;
    const mark = busy.length + callsTo(scenes);
    if (mark !== progress.mark) {
      progress = { mark, at: Date.now() };
      stepMs = STEP_MS;
    }
    if (Date.now() - began > ROUND_MS) {
      for (const scene of busy)
        scene.failure = new Error(
          `Something is still to do ${ROUND_MS} ms after T + ${at - T}: ${await openWork(app, scene)}`,
        );
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (Date.now() - progress.at < (isWaiting ? LATER_PATIENCE_MS : PATIENCE_MS)) continue;
    // With every long step of the clock one of the many connections would begin to read its log again, and the round not end.
    if (isReadingOnly) stepMs = STEP_MS;
    isWaiting = true;
    const leftMs = nextAt * 1000 - clock.now();
    if (leftMs <= 0) return;
    await tick(clock, Math.min(stepMs, leftMs));
    stepMs = Math.min(stepMs * 2, MAX_STEP_MS);
  }
}

const callsTo = (scenes: Scene[]): number =>
  scenes.reduce((sum, { kommo, customerio }) => sum + kommo.requests.total + customerio.requests.length, 0);

interface BusyScenes {
  busy: Scene[];
  /** Nothing is open any more, but logs or contacts are being read. */
  isReadingOnly: boolean;
}

/** What Stagepost itself puts off for a minute or more is not waited for. */
async function busyScenes(app: App, scenes: Scene[], now: number): Promise<BusyScenes> {
  const waited = scenes.filter(({ blocked, failure }) => !blocked && !failure);
  const sending = waited.filter(
    ({ kommo, customerio }) => kommo.hooksPending() > 0 || customerio.pendingReports > 0,
  );
  if (sending.length > 0) return { busy: sending, isReadingOnly: false };
  const names = waited.map(({ connection }) => connection);
  const open = sql<{ connection: string }>`
    select connection from inbox where connection = any(${names}) and state = 'new'
    union select connection from untimed_moves where connection = any(${names})
    union select connection from events where connection = any(${names}) and state = 'new'
    union select connection from actions
      where connection = any(${names}) and state in ('ready', 'sending', 'waiting')
        and not (kind in ('merge', 'remove_person') and next_attempt_at > ${now})
  `;
  const withWork = new Set((await open.execute(app.database.db)).rows.map(({ connection }) => connection));
  const isWorking = (connection: string) => app.supervisors.get(connection)?.isIdle() === false;
  const busy = waited.filter(({ connection }) => withWork.has(connection) || isWorking(connection));
  return { busy, isReadingOnly: withWork.size === 0 };
}

/** What is still to do for a scenario, for the error of a round that does not end. */
async function openWork(
  { database: { db } }: App,
  { connection, kommo, customerio }: Scene,
): Promise<string> {
  const { rows } = await sql<{ kind: string; state: string; count: number; reason: string | null }>`
    select kind, state, count(*)::int as count, min(reason) as reason from events
      where connection = ${connection} and state = 'new' group by kind, state
    union all select kind, state, count(*)::int, min(error) from actions
      where connection = ${connection} and state in ('ready', 'sending', 'waiting') group by kind, state
    union all select source, state, count(*)::int, null from inbox
      where connection = ${connection} and state = 'new' group by source, state
  `.execute(db);
  return JSON.stringify({ hooks: kommo.hooksPending(), reports: customerio.pendingReports, rows });
}
