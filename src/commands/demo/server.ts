import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, startApp } from '../../app.ts';
import type { ExtraRoute } from '../../http/api/routes.ts';
import { HttpError } from '../../http/http-error.ts';
import { addRuleVersion, newestRules } from '../../store/rule-versions.ts';
import { SYSTEM } from '../../store/users/actor.ts';
import { readConfig } from '../data/config-file.ts';
import { createLog } from '../serve/log.ts';
import { type DemoRouteName, demoRoutes } from './contract.ts';
import { CONNECTION } from './folder.ts';
import { isLoopback } from './loopback.ts';
import { type FromServer, type ServerSettings, type ToServer, WORK_EVERY_MS } from './messages.ts';
import { readWork } from './work.ts';

/*
 * The demo's Stagepost: a process of its own, which the demo can kill. The simulators live in the demo's process, so the
 * routes of the board are answered there.
 */

const settings = JSON.parse(process.argv[2]!) as ServerSettings;
const questions = new Map<number, PromiseWithResolvers<unknown>>();
let running: App | null = null;
let lastId = 0;

process.on('message', (message: ToServer) => {
  const question = questions.get(message.id);
  questions.delete(message.id);
  if ('error' in message) question?.reject(new HttpError(409, message.error));
  else question?.resolve(message.answer);
});
// A terminal's Ctrl+C reaches both processes; the demo's process ends this one.
process.on('SIGINT', () => {});
process.once('SIGTERM', () => void stop());
process.once('disconnect', () => {
  // The demo's process was killed, and nobody else knows the folder.
  void stop(() => rmSync(dirname(settings.configFile), { recursive: true, force: true }));
});

start().then(
  (message) => {
    say(message);
    void reportWork();
  },
  (error: Error) => {
    say({ kind: 'failed', message: error.message });
    process.exitCode = 1;
    process.disconnect?.();
  },
);

async function start(): Promise<FromServer> {
  running = await listenOn(settings.port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return listenOn(0);
  });
  await publishFirst(running);
  const address = running.demoLoginAddress();
  return {
    kind: 'ready',
    url: running.url,
    address,
    setupLink: address === null ? await running.setupLink() : null,
  };
}

function listenOn(port: number): Promise<App> {
  const { configFile, dataDir, host, loginSecret } = settings;
  // No sign-in without a password while others on the network can reach the demo.
  const isPrivate = isLoopback(host);
  return startApp({
    config: readConfig(configFile).config,
    dataDir,
    host,
    port,
    log: createLog(process.env.STAGEPOST_LOG ?? 'silent'),
    ...(isPrivate ? { demo: { loginSecret }, extraRoutes } : {}),
  });
}

async function publishFirst({ database, supervisors }: App): Promise<void> {
  if ((await newestRules(database.db, CONNECTION)) !== null) return;
  const note = 'As in examples/stagepost.yaml';
  const version = { connection: CONNECTION, basedOn: 0, text: settings.rules, note };
  await addRuleVersion(database.db, version, { actor: SYSTEM, at: Date.now() });
  await supervisors.get(CONNECTION)!.reloadRules();
}

function extraRoutes(): ExtraRoute[] {
  return (Object.keys(demoRoutes) as DemoRouteName[]).map((name) => ({
    route: demoRoutes[name],
    handle: ({ body }) => ask(name, body),
  }));
}

/** From these reports the demo's process concludes whether anything is still under way. */
async function reportWork(): Promise<void> {
  for (;;) {
    const work = await readWork(running!.database.db, CONNECTION).catch(() => null);
    if (work) say({ kind: 'work', work });
    await pause(WORK_EVERY_MS, undefined, { ref: false });
  }
}

/** @throws HttpError 409 where the demo's process refuses */
function ask(route: DemoRouteName, body: unknown): Promise<unknown> {
  const id = ++lastId;
  const question = Promise.withResolvers<unknown>();
  questions.set(id, question);
  say({ kind: 'request', id, route, body });
  return question.promise;
}

function say(message: FromServer): void {
  process.send?.(message);
}

async function stop(after: () => void = () => {}): Promise<void> {
  await running?.close();
  after();
  process.exit(0);
}
