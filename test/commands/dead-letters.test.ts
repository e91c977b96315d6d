import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataFolder } from '../support/database-templates.ts';
import { type Kind, type Store, storeOf } from '../support/databases.ts';
import { exampleEnv } from '../support/example-env.ts';
import { finish, spawnStagepost } from '../support/stagepost-process.ts';
import { startWorld, type World } from '../support/world.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Many processes, each of which starts in a second or, on a busy machine, in some. */
const PATIENT_MS = 90_000;

let folder: string;
let world: World;
let store: Store;
const children = new Set<ChildProcess>();

/** A Stagepost in this process, on a data folder or on PostgreSQL, for the commands to find. */
async function start(kind: Kind): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-dead-'));
  copyFileSync(join(ROOT, 'examples/stagepost.yaml'), join(folder, 'stagepost.yaml'));
  const dataDir = join(folder, 'data');
  if (kind === 'embedded') store = { dataDir: await createDataFolder(dataDir), databaseUrl: undefined };
  else store = await storeOf('postgres');
  world = await startWorld({ store });
}

async function stop(): Promise<void> {
  for (const child of children) child.kill('SIGKILL');
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
}

/** A command as its own process, without a terminal. */
function spawnCommand(...args: string[]): ChildProcess {
  const database: Record<string, string> = store.databaseUrl ? { DATABASE_URL: store.databaseUrl } : {};
  const env = { ...exampleEnv(world.kommo, world.customerio), ...database };
  const child = spawnStagepost(args, { folder, env });
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}

const run = (...args: string[]) => finish(spawnCommand(...args));

/** Notes of a new deal that Kommo has refused, straight into an empty outbox. @returns the deal */
async function refusedNotes(count: number): Promise<number> {
  await world.app.database.db.deleteFrom('actions').execute();
  const { id } = world.deal({ email: 'ann@example.com' });
  await sql`
    insert into actions (connection, lane, event_id, kind, subject, deal_id, payload, ulid, state, created_at, done_at,
      failure, failure_code, error, attempts)
    select 'acme', 'kommo', n, 'note', ${`deal:${id}`}, ${id},
      jsonb_build_object('kind', 'note', 'dealId', ${id}::bigint, 'text', 'Note ' || n), 'u' || n, 'dead',
      ${Date.now() - 60_000}, ${Date.now() - 60_000}, 'permanent', 'text_too_long',
      'This value is too long. It should have 5 characters or less. (params.text)', 1
    from generate_series(1, ${count}::int) as n
  `.execute(world.app.database.db);
  return id;
}

const states = async () =>
  (await world.app.database.db.selectFrom('actions').select('state').execute()).map(({ state }) => state);

describe('the commands about dead letters', { timeout: PATIENT_MS }, () => {
  beforeAll(() => start('embedded'));
  afterAll(stop);

  it('list, plan, refuse to guess, replay and tell scripts how it went', async () => {
    const deal = await refusedNotes(2);
    const [listed, json, unselected, unasked, planned] = await Promise.all([
      run('failures'),
      run('failures', '--json', '--all', '--since', '1h'),
      run('replay'),
      run('replay', '--all'),
      run('replay', '--deal', String(deal), '--dry-run'),
    ]);
    expect(listed.code).toBe(0);
    expect(listed.out).toMatch(/2 notes to Kommo \(acme\) since .*UTC/);
    expect(listed.out).toMatch(/too long.*\n.*→ The author of the rules: Shorten the text/);
    expect(listed.out).toContain(`deal ${deal}`);
    expect(JSON.parse(json.out)).toMatchObject({ total: 2, lanes: [], letters: [{ dealId: deal }, {}] });
    expect(unselected).toMatchObject({ code: 2, err: expect.stringContaining('Select dead letters by id') });
    expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining('the option --yes') });
    expect(planned).toMatchObject({
      code: 0,
      out: expect.stringMatching(/2 notes; 1 call.*\n.*at least 1 s/),
    });
    expect(await states()).toEqual(['dead', 'dead']);

    world.kommo.switches.noteTextMax = 5;
    const refused = await run('replay', '--reason', 'TOO LONG', '--yes');
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(/0 of 2 delivered.\n2 refused again:\n {2}2: This value is too long/);

    world.kommo.switches.noteTextMax = null;
    const replayed = await run('replay', '--all', '--yes', '--json');
    expect(replayed.code).toBe(0);
    expect(JSON.parse(replayed.out)).toMatchObject({ total: 2, delivered: 2, left: 0 });
    expect(world.noteTexts(deal).sort()).toEqual(['Note 1', 'Note 2']);

    const nothing = await run('replay', '--all', '--yes');
    expect(nothing).toMatchObject({ code: 1, out: expect.stringContaining('No dead letter') });
  });

  it('discard with a reason only, and the trace keeps it', async () => {
    await refusedNotes(2);
    const [{ id }] = (await world.app.database.db.selectFrom('actions').select('id').execute()) as [
      { id: number },
    ];
    expect((await run('discard', String(id), '--yes')).err).toContain('--why');
    const discarded = await run('discard', `#${id}`, '--why', 'written by hand', '--yes');
    expect(discarded).toMatchObject({ code: 0, out: expect.stringContaining('1 action discarded') });
    expect((await states()).sort()).toEqual(['dead', 'dropped']);
    expect((await run('discard', '--reason', 'no such words', '--why', 'x', '--yes')).code).toBe(1);
  });

  it('stop on Ctrl-C after what was handed over, and go on with the rest the next time', async () => {
    const deal = await refusedNotes(250);
    world.kommo.setLatency(200);
    const child = spawnCommand('replay', '--all', '--yes');
    const ended = finish(child);
    await world.kommo.waitFor(() => world.noteTexts(deal).length > 0, { timeoutMs: 20_000 });
    child.kill('SIGINT');
    const { code, out, err } = await ended;
    expect(code).toBe(1);
    expect(err).toContain('Stopping after the current chunk.');
    expect(out).toContain('200 of 250 delivered.');
    expect(out).toContain('50 were not requeued. Run the same command again to continue.');

    world.kommo.setLatency(0);
    const rest = await run('replay', '--all', '--yes');
    expect(rest).toMatchObject({ code: 0, out: expect.stringContaining('50 of 50 delivered.') });
    expect(new Set(world.noteTexts(deal)).size).toBe(250);
    expect(world.noteTexts(deal)).toHaveLength(250);
  });

  it('without a running server requeue, and say that they are delivered once one runs', async () => {
    const deal = await refusedNotes(2);
    await world.app.close();
    const { code, out } = await run('replay', '--all', '--yes');
    expect(code).toBe(0);
    expect(out).toContain('delivered once stagepost serve runs');
    await world.restart();
    await world.kommo.waitFor(() => world.noteTexts(deal).length === 2, { timeoutMs: 20_000 });
  });
});

it('the commands work in the database of DATABASE_URL, where another process delivers', {
  timeout: PATIENT_MS,
}, async () => {
  await start('postgres');
  try {
    const deal = await refusedNotes(2);
    const listed = await run('failures', '--json');
    expect(JSON.parse(listed.out)).toMatchObject({ total: 2, lanes: null });
    const replayed = await run('replay', '--all', '--yes');
    expect(replayed).toMatchObject({ code: 0, out: expect.stringContaining('2 of 2 delivered.') });
    expect(world.noteTexts(deal)).toHaveLength(2);
  } finally {
    await stop();
  }
});
