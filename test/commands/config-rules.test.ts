import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataFolder } from '../support/database-templates.ts';
import { exampleEnv } from '../support/example-env.ts';
import { finish, spawnStagepost } from '../support/stagepost-process.ts';
import { startWorld, type World } from '../support/world.ts';

/* Rules from the console to a file and back, as a person does it. */

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../examples/stagepost.yaml'), 'utf8');
const IN_CONSOLE = `${EXAMPLE.slice(0, EXAMPLE.indexOf('    # Kommo -> Customer.io: who'))}    rules: console\n`;

/** All that a tidy writer of YAML would lose. */
const ODD = `\ufeff# Правила ☂ — ours
person:   { attributes: {name:   contact.name,"plan" : 'deal.field.Plan'} }   # odd   spacing


stages:
  - &won
    pipeline:   Sales
    stage: "Closed - won"      # quoted
    event: deal_won
    note: >-
      {{ deal.name | upcase }}:
      {% if deal.price > 1000 %}big{% endif %} ✓
    data: {amount: deal.price, what: '{{ "it''s" }}'}
  -   {pipeline: Sales, stage:  Onboarding, event: onboarding_started, data: {}}   
reactions: { email_clicked: {note: 'a "quoted" {{ href }}' } }
# the end, without a line end`;

describe('config export and apply', () => {
  let folder: string;
  let world: World;
  const inFolder = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stagepost-rules-'));
    writeFileSync(inFolder('stagepost.yaml'), IN_CONSOLE);
    writeFileSync(inFolder('whole.yaml'), EXAMPLE);
    writeFileSync(inFolder('odd.yaml'), ODD);
    writeFileSync(inFolder('wrong.yaml'), 'stages:\n  - { pipeline: Sales, stage: Nowhere, event: x }\n');
    const store = { dataDir: await createDataFolder(inFolder('data')), databaseUrl: undefined };
    world = await startWorld({ store, config: () => IN_CONSOLE });
  });
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const stagepost = (...args: string[]) =>
    finish(spawnStagepost(args, { folder, env: exampleEnv(world.kommo, world.customerio) }));
  const run = (...args: string[]) => stagepost('config', ...args);

  it('bring rules to a file and back without the loss of a byte', async () => {
    const applied = await run('apply', 'odd.yaml', '--yes', '--note', 'an odd one');
    expect(applied).toMatchObject({ code: 0, out: expect.stringContaining('Version 1 is published.') });
    expect(await run('export', '--out', 'exported.yaml')).toMatchObject({ code: 0 });
    expect(readFileSync(inFolder('exported.yaml'), 'utf8')).toBe(ODD);
    expect(await run('apply', 'exported.yaml')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Nothing to do/),
    });
  });

  it('say what is wrong and what would change, and publish nothing unasked', async () => {
    const [wrong, missing, unasked, dry] = await Promise.all([
      run('apply', 'wrong.yaml', '--yes'),
      run('apply', 'nothing.yaml'),
      run('apply', 'whole.yaml', '--connection', 'acme'),
      run('apply', 'whole.yaml', '--dry-run'),
    ]);
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringContaining('wrong.yaml:2:31  stages[0].stage: Kommo has no stage'),
    });
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('nothing.yaml does not exist') });
    expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining('the option --yes') });
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringContaining('Sales / Demo scheduled: a new rule sends "demo_scheduled".'),
    });
    expect(world.app.supervisors.get('acme')!.rulesVersion()).toBe(1);
  });

  it('are what the doctor checks the names of', async () => {
    const findings = JSON.parse((await stagepost('doctor', '--json')).out);
    const of = (name: string) => findings.find(({ check }: { check: string }) => check === name).message;
    expect(of('rules')).toBe('Version 1 of the rules is active');
    expect(of('kommo names')).toBe('Every name exists: 2 stages of "Sales", and all fields');
  });

  it('move a connection from stagepost.yaml to the console before it says so itself', async () => {
    await world.close();
    // While nothing runs; the example as it stands, and then with the rules already called the console's.
    for (const text of [EXAMPLE, `${IN_CONSOLE}${EXAMPLE.slice(EXAMPLE.indexOf('    stages:'))}`]) {
      writeFileSync(inFolder('stagepost.yaml'), text);
      expect((await run('apply', 'stagepost.yaml', '--yes')).code).toBe(0);
    }
    expect((await run('check')).err).toContain('stagepost config apply stagepost.yaml --connection acme');
    writeFileSync(inFolder('stagepost.yaml'), IN_CONSOLE);
    const { out } = await run('export');
    expect(out).toBe(EXAMPLE.slice(EXAMPLE.indexOf('    stages:')).replaceAll(/^ {4}/gm, ''));
  });
});
