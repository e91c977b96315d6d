import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { startCustomerioSimulator } from '../../../simulators/customerio/index.ts';
import { startKommoSimulator } from '../../../simulators/kommo/index.ts';
import { lockHolder } from '../../store/database/embedded/data-lock.ts';
import { remoteData } from '../data/remote.ts';
import { buildConsoleIfMissing } from '../serve/console-build.ts';
import { colors } from '../terminal/colors.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { print } from '../terminal/output.ts';
import { renderTrace } from '../trace/render.ts';
import { campaigns } from './board/mails.ts';
import { seedDeals } from './board/seed.ts';
import { Ending } from './ending.ts';
import { CONNECTION, createDemoFolder, type DemoFolder, firstRules } from './folder.ts';
import type { ReadyMessage } from './messages.ts';
import { renderOutage, renderStoryNews } from './narrate.ts';
import { createPlay, type Play } from './play.ts';
import type { Sides } from './sides.ts';
import { StagepostProcess } from './stagepost-process.ts';
import type { UnseenEffect } from './story/player.ts';
import { renderSummary } from './summary.ts';

export interface DemoOptions {
  once?: boolean;
  port: number;
  host: string;
}

/** Whose trace is shown: Cleo has unsubscribed. */
const TRACED = 'cleo@cove.example';
const SECRET = 'demo-only-0123456789abcdef';
/** Where nobody has opened the board by then, the story is told in the terminal. */
const START_AFTER_MS = 20_000;
/**
 * Of Customer.io's waits before it repeats a refused report: an hour passes in 5 s. The short wait, which has no published
 * length, takes a second.
 */
const REPORT_TIME = { timeScale: 720, shortRetryMs: 720_000 };

/** Kommo repeats a webhook that was not answered in time after five minutes: here after 3 s. */
const HOOK_TIME = { timeScale: 100 };

/**
 * Runs Stagepost between a simulated Kommo and a simulated Customer.io, and plays a story that is checked on both sides.
 * @param play resolves with what the story has not shown; tests pass a stand-in
 * @throws CommandError with `once`, after everything is closed, where a step was not seen
 */
export async function demo(options: DemoOptions, play: typeof run = run): Promise<void> {
  const ending = new Ending();
  endAtSignals(ending);
  print(`${colors.bold('Stagepost demo.')} Both sides are simulated on this machine; nothing leaves it.`);
  let unseen: UnseenEffect[];
  try {
    unseen = await play(options, ending);
  } catch (error) {
    // Whatever fails because the demo is being ended is no failure.
    if (ending.hasBegun) return;
    await ending.run();
    throw error;
  }
  if (!options.once) return;
  await ending.run();
  failUnlessSeen(unseen);
  process.exit(EXIT.ok);
}

/** @returns what the story has not shown, when it has ended */
async function run(options: DemoOptions, ending: Ending): Promise<UnseenEffect[]> {
  const folder = createDemoFolder();
  ending.defer(() => folder.remove());
  const sides = await startSides(ending);
  folder.writeConfig(accountsOf(sides));
  progress('Kommo and Customer.io are simulated');

  const ended = Promise.withResolvers<UnseenEffect[]>();
  const watched = Promise.withResolvers<void>();
  const server = new StagepostProcess({
    settings: {
      ...{ configFile: folder.configFile, dataDir: folder.dataDir, rules: firstRules() },
      ...{ host: options.host, port: options.port, loginSecret: randomBytes(24).toString('base64url') },
    },
    answer: (route, body) => play.answer(route, body),
    onWork: (work) => play.takeWork(work),
    onRestarted: () => play.outages.onServerReady(),
  });
  ending.defer(() => server.stop());
  const play: Play = createPlay({
    sides,
    killServer: () => server.kill(),
    onStoryNews(news) {
      const line = renderStoryNews(news);
      if (line !== null) print(line);
      if (news.kind === 'ended') ended.resolve(news.unseen);
    },
    onOutageNews: (outage) => print(renderOutage(outage)),
    onWatched: watched.resolve,
  });
  ending.defer(() => play.story.close());
  progress('Stagepost starts: a database, the rules, the web console');
  const [ready] = await Promise.all([server.start(), buildConsoleIfMissing()]);
  connect(sides, ready);
  progress(`Stagepost listens on ${ready.url}`);

  const address = ready.address ?? ready.setupLink ?? ready.url;
  print(`\nWatch it in the console: ${colors.bold(colors.cyan(address))}`);
  if (options.once) play.story.command('start', false);
  else startInTime(play, watched.promise, ending);
  const unseen = await ended.promise;
  print(`\n${renderSummary(sides.kommo, sides.customerio)}`);
  if (unseen.length === 0) print(colors.green(colors.bold('Every step was seen on both sides.')));
  await printTrace(folder);
  if (options.once) return unseen;
  const missed = unseen.filter(({ state }) => state === 'missed');
  if (missed.length > 0) print(colors.yellow(`\n${unseenSteps(missed)}`));
  printAddresses(sides, ready, folder, address);
  return unseen;
}

async function startSides(ending: Ending): Promise<Sides> {
  const [kommo, customerio] = await Promise.all([
    startKommoSimulator(HOOK_TIME),
    startCustomerioSimulator({ flags: 'present', fullResolution: true, campaigns, ...REPORT_TIME }),
  ]);
  ending.defer(() => Promise.all([kommo.close(), customerio.close()]));
  seedDeals({ kommo, customerio });
  return { kommo, customerio };
}

function accountsOf({ kommo, customerio }: Sides) {
  return {
    kommo: { url: kommo.url, token: kommo.token, webhookSecret: SECRET },
    customerio: { url: customerio.url, ...customerio.credentials },
  };
}

function connect({ kommo, customerio }: Sides, { url }: ReadyMessage): void {
  kommo.addHook({ destination: `${url}/webhooks/kommo/${CONNECTION}/${SECRET}` });
  customerio.addReportingWebhook({ endpoint: `${url}/webhooks/customerio/${CONNECTION}` });
}

/** The story waits for whoever opens the board: there it has a button. */
function startInTime(play: Play, watched: Promise<void>, ending: Ending): void {
  const isTerminal = process.stdin.isTTY === true;
  const enter = isTerminal ? ', or press Enter to have it told here' : '';
  print(colors.dim(`It signs you in, as often as you open it. Start the story there${enter}.`));
  print(colors.dim(`Where nobody opens it, the story begins here after ${START_AFTER_MS / 1000} s.`));
  const start = () => {
    if (play.story.view().state === 'ready') play.story.command('start', false);
  };
  const timer = setTimeout(start, START_AFTER_MS);
  ending.defer(() => clearTimeout(timer));
  void watched.then(() => clearTimeout(timer));
  if (!isTerminal) return;
  const input = createInterface({ input: process.stdin });
  input.once('line', start);
  ending.defer(() => input.close());
}

/** A trace is an extra: a visitor may have killed Stagepost at this very moment. */
async function printTrace({ dataDir }: DemoFolder): Promise<void> {
  print(`\nWhat happened and why? ${colors.bold('stagepost trace')} shows it for any deal or person:\n`);
  try {
    // Through the demo's own server in any case: the environment may name the database of a real Stagepost.
    const traces = await remoteData(lockHolder(dataDir)!, undefined).trace(TRACED);
    print(traces.map((each) => renderTrace(TRACED, each, Date.now() / 1000)).join('\n\n'));
  } catch {
    print(colors.dim('  Stagepost does not answer at this moment. The command below asks it again.'));
  }
}

/** @throws CommandError with what the story has not shown */
function failUnlessSeen(unseen: UnseenEffect[]): void {
  if (unseen.length > 0) throw new CommandError(unseenSteps(unseen));
}

const unseenSteps = (unseen: UnseenEffect[]) =>
  `${unseen.length} steps of the story were not seen:\n  ${unseen.map(({ scene, what }) => `${scene}: ${what}`).join('\n  ')}`;

function printAddresses(
  { kommo, customerio }: Sides,
  { url }: ReadyMessage,
  { configFile, dataDir }: DemoFolder,
  address: string,
): void {
  // Else the commands would ask the database that the environment names.
  const command = process.env.DATABASE_URL ? 'env -u DATABASE_URL npx stagepost' : 'npx stagepost';
  const place = `--config ${configFile} --data ${dataDir}`;
  print('\nThe demo keeps running. The commands work beside it:');
  print(`  ${command} trace ${TRACED} ${place}`);
  print(`  ${command} failures ${place}`);
  print(`  ${command} doctor ${place}`);
  print('\nIts addresses:');
  print(`  health, metrics       ${url}/health/ready  ${url}/metrics`);
  print(`  simulated Kommo       ${kommo.url}`);
  print(`  simulated Customer.io ${customerio.url}`);
  print(colors.dim('Press Ctrl+C to stop it. Play with it in the console, and break something:'));
  print(colors.bold(colors.cyan(address)));
}

/** `0.4 s` since the start, so that nobody waits in silence. */
function progress(what: string): void {
  const seconds = process.uptime().toFixed(1);
  print(colors.dim(`  ${seconds.padStart(4)} s  ${what}`));
}

/** Registered before anything is created, so that an early Ctrl+C leaves nothing behind either. */
function endAtSignals(ending: Ending): void {
  const end = () => {
    if (ending.hasBegun) return;
    void ending
      .run()
      .then(() => print('\nThe demo has ended. Nothing is left behind.'))
      .then(() => process.exit(EXIT.ok));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  // Whoever has read the output is gone: a closed terminal, or the end of a pipe.
  process.stdout.on('error', end);
}
