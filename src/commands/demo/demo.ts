import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../../simulators/kommo/index.ts';
import { type App, startApp } from '../../app.ts';
import { extractRules, loadConfig } from '../../config/index.ts';
import { trace } from '../../store/events/trace.ts';
import { addRuleVersion } from '../../store/rule-versions.ts';
import { SYSTEM } from '../../store/users/actor.ts';
import { buildConsoleIfMissing } from '../serve/console-build.ts';
import { createLog } from '../serve/log.ts';
import { colors } from '../terminal/colors.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { print } from '../terminal/output.ts';
import { renderTrace } from '../trace/render.ts';
import { boardRoutes } from './board.ts';
import { type ExpectedEffect, type Stage, story } from './story.ts';
import { renderSummary } from './summary.ts';

export interface DemoOptions {
  once?: boolean;
  port: number;
  host: string;
}

const CONNECTION = 'acme';
const SECRET = 'demo-only-0123456789abcdef';
/** Five days of silence, in demo time. */
const INACTIVITY = '12s';

/** Runs Stagepost between a simulated Kommo and a simulated Customer.io, plays a story, and checks each step on both sides. */
export async function demo(options: DemoOptions): Promise<void> {
  print(`${colors.bold('Stagepost demo.')} Both sides are simulated on this machine; nothing leaves it.`);
  print(colors.dim('Starting a simulated Kommo, a simulated Customer.io and Stagepost …'));
  const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-demo-'));
  const kommo = await startKommoSimulator();
  const customerio = await startCustomerioSimulator({ flags: 'present', fullResolution: true });
  const app = await startStagepost(kommo, customerio, dataDir, options);
  kommo.addHook({ destination: `${app.url}/webhooks/kommo/${CONNECTION}/${SECRET}` });
  customerio.addReportingWebhook({ endpoint: `${app.url}/webhooks/customerio/${CONNECTION}` });

  async function close(): Promise<void> {
    await app.close();
    await Promise.all([kommo.close(), customerio.close()]);
    rmSync(dataDir, { recursive: true, force: true });
  }

  await buildConsoleIfMissing();
  const address = app.demoLoginLink() ?? (await app.setupLink());
  print(`\nWatch it in the console: ${colors.bold(colors.cyan(address ?? app.url))}`);
  print(colors.dim('The address signs you in, and works once.'));
  const missed = await play({ kommo, customerio });
  print(`\n${renderSummary(kommo, customerio)}`);
  if (missed.length > 0) {
    await close();
    throw new CommandError(`${missed.length} steps of the story were not seen:\n  ${missed.join('\n  ')}`);
  }
  print(colors.green(colors.bold('Every step was seen on both sides.')));
  print(`\nWhat happened and why? ${colors.bold('stagepost trace')} shows it for any deal or person:\n`);
  print(
    renderTrace(
      'ben@bolt.example',
      await trace(app.database.db, CONNECTION, 'ben@bolt.example'),
      Date.now() / 1000,
    ),
  );
  if (options.once) {
    await close();
    process.exit(EXIT.ok);
  }

  print('\nThe demo keeps running:');
  print(`  Stagepost             ${app.url}  (health: ${app.url}/health/ready, metrics: ${app.url}/metrics)`);
  print(`  simulated Kommo       ${kommo.url}`);
  print(`  simulated Customer.io ${customerio.url}`);
  print(colors.dim('Press Ctrl+C to stop it.'));
  const end = () =>
    void close()
      .then(() => print('\nThe demo has ended. Nothing is left behind.'))
      .then(() => process.exit(EXIT.ok));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

async function startStagepost(
  kommo: KommoSimulator,
  customerio: CustomerioSimulator,
  dataDir: string,
  options: DemoOptions,
): Promise<App> {
  const file = exampleFile();
  const { siteId, apiKey, signingKey } = customerio.credentials;
  // The example file, except that nobody waits five days for the end of a demo.
  const example = readFileSync(file, 'utf8')
    .replace(/after: 5d/, `after: ${INACTIVITY}`)
    .replace('in 5 days', 'in 5 days (12 s here)');
  const loaded = loadConfig({
    // The rules are kept in the console, where a visitor can change them.
    text: example.replace(/^ {2}acme:.*$/m, '$&\n    rules: console'),
    leftRules: 'ignored',
    file,
    env: {
      KOMMO_URL: kommo.url,
      KOMMO_TOKEN: kommo.token,
      KOMMO_WEBHOOK_SECRET: SECRET,
      CUSTOMERIO_SITE_ID: siteId,
      CUSTOMERIO_API_KEY: apiKey,
      CUSTOMERIO_SIGNING_KEY: signingKey,
      CUSTOMERIO_TRACK_URL: customerio.url,
    },
  });
  if (!loaded.ok) throw new Error(`The demo's configuration is wrong: ${loaded.problems[0]?.message}`);
  const log = createLog(process.env.STAGEPOST_LOG ?? 'silent');
  // One-time sign-in links only while nobody else on the network can reach the demo.
  const demo = isLoopback(options.host);
  const start = (port: number) =>
    startApp({
      config: loaded.config,
      dataDir,
      host: options.host,
      port,
      log,
      demo,
      ...(demo ? { extraRoutes: () => boardRoutes({ kommo, customerio }) } : {}),
    });
  const app = await start(options.port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    print(colors.dim(`Port ${options.port} is in use; taking a free one.`));
    return start(0);
  });
  await publishFirst(app, extractRules(example, CONNECTION)!);
  return app;
}

async function publishFirst({ database, supervisors }: App, text: string): Promise<void> {
  const note = 'As in examples/stagepost.yaml';
  const version = { connection: CONNECTION, basedOn: 0, text, note };
  await addRuleVersion(database.db, version, { actor: SYSTEM, at: Date.now() });
  await supervisors.get(CONNECTION)!.reloadRules();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.[\d.]+$/.test(host);
}

/** The file is found from the source as well as from the compiled code in `dist/`. */
function exampleFile(): string {
  const candidates = ['../../../examples', '../../../../examples'].map((folder) =>
    join(import.meta.dirname, folder, 'stagepost.yaml'),
  );
  return candidates.find((file) => existsSync(file)) ?? candidates[0]!;
}

/** Plays the story scene by scene. @returns the effects that were not seen */
async function play(stage: Stage): Promise<string[]> {
  const missed: string[] = [];
  for (const scene of story) {
    print(`\n${colors.bold(colors.cyan(scene.title))}`);
    for (const step of scene.steps) {
      print(`  ${colors.bold(step.actor)} ${step.does}`);
      const started = performance.now();
      step.act?.(stage);
      for (const effect of step.effects)
        if (!(await isSeen(stage, effect, started))) missed.push(`${scene.title}: ${effect.what}`);
    }
  }
  return missed;
}

/** Waits for one effect and prints whether it was seen. @param started when its cause happened, by `performance.now()` */
async function isSeen(stage: Stage, effect: ExpectedEffect, started: number): Promise<boolean> {
  const { what, side, find, withinMs: timeoutMs = 10_000 } = effect;
  try {
    const found = await stage[side].waitFor(() => find(stage), { timeoutMs });
    const ms = Math.round(performance.now() - started);
    const detail = typeof found === 'string' ? `: ${found}` : '';
    print(`    ${colors.green('✓')} ${what}${detail} ${colors.dim(`(${ms} ms)`)}`);
    return true;
  } catch {
    print(`    ${colors.red('✗')} ${what} ${colors.red('was not seen')}`);
    return false;
  }
}
