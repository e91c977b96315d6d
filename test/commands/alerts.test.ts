import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { alertsTest } from '../../src/commands/alerts/test.ts';
import { readConfig } from '../../src/commands/data/config-file.ts';
import { alertVerdicts } from '../../src/commands/doctor/alerts.ts';
import { fileWith } from '../support/config-fixtures.ts';
import { type HttpSink, startHttpSink } from '../support/http-sink.ts';

let folder: string;
let sink: HttpSink;
let printed: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alerts-test-'));
  sink = await startHttpSink();
  printed = '';
  vi.spyOn(console, 'log').mockImplementation((text) => {
    printed += `${text}\n`;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
  await sink.close();
  process.exitCode = undefined;
});

/** A configuration with these receivers. @returns its file */
function fileOf(receivers: string): string {
  const config = join(folder, 'stagepost.yaml');
  writeFileSync(config, `${fileWith('')}alerts:\n  receivers: [${receivers}]\n`);
  return config;
}

const team = () => `{ name: team, kind: slack, target_url: "${sink.url}/secret-key" }`;
const dead =
  '{ name: office, kind: mail, smtp_url: "smtp://127.0.0.1:9", from: s@a.example, to: [o@a.example] }';

it('sends a test to every receiver, and says which have not accepted it', async () => {
  await alertsTest(undefined, { config: fileOf(`${team()}, ${dead}`) });
  expect(printed).toMatch(/✓.* team \(127\.0\.0\.1:\d+\): the test was accepted/);
  expect(printed).toMatch(
    /✗.* office \(o@a\.example\): The mail server 127\.0\.0\.1 did not take the message: .*ECONNREFUSED/,
  );
  expect(printed).not.toContain('secret-key');
  expect(process.exitCode).toBe(1);
  expect(JSON.parse(sink.requests[0]!.body).text).toContain('TEST Stagepost can send alerts here');
});

it('suggests the receiver that a wrong name means', async () => {
  await expect(alertsTest('teem', { config: fileOf(team()) })).rejects.toThrow(
    'There is no receiver "teem". Did you mean "team"?',
  );
});

it('lets doctor say that nobody is told, as a hint and not as a warning', async () => {
  const config = fileOf('');
  const { alerts } = readConfig(config).config;
  const verdicts = await alertVerdicts(alerts, { config, data: join(folder, 'data') });
  expect(verdicts).toMatchObject([
    { status: 'skipped', message: expect.stringContaining('Nobody is told when something breaks') },
  ]);
});
