import { pino } from 'pino';
import {
  type CustomerioSimulator,
  type SimulatorOptions,
  startCustomerioSimulator,
} from '../../simulators/customerio/index.ts';
import {
  type KommoSimulator,
  type KommoSimulatorOptions,
  startKommoSimulator,
} from '../../simulators/kommo/index.ts';
import { type App, startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Setup } from '../../src/setup/schemas.ts';
import { type ConsoleClient, firstAdmin } from './console-client.ts';
import { removeStore, type Store, storeOf } from './databases.ts';
import { freePort } from './free-port.ts';

/** A Stagepost without any connection, and both simulators in the place of the accounts. */
export interface SetupRig {
  app: App;
  store: Store;
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
  admin: ConsoleClient;
  /** A step of a setup. @returns the setup after it @throws where it is refused */
  post(path: string, body: object): Promise<Setup>;
  /** Everything that was logged. */
  log: string[];
  /** Stops Stagepost and starts it again on the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface SetupRigOptions {
  kommo?: KommoSimulatorOptions;
  customerio?: SimulatorOptions;
  /** Where it keeps its data; default: a new store, which `close` removes. */
  store?: Store;
}

const SECRET_KEY = Buffer.alloc(32, 'stagepost').toString('base64');

export async function startSetupRig(options: SetupRigOptions = {}): Promise<SetupRig> {
  const kommo = await startKommoSimulator({ rateLimit: false, hookTimeoutMs: 30_000, ...options.kommo });
  const customerio = await startCustomerioSimulator({ appLimitPerSecond: 1_000, ...options.customerio });
  const store = options.store ?? (await storeOf('postgres'));
  const log: string[] = [];
  const port = await freePort();
  const start = () => startOn(port, store, kommo, customerio, log);
  let app = await start();
  const admin = await firstAdmin(app);
  return {
    get app() {
      return app;
    },
    ...{ store, kommo, customerio, admin, log },
    async post(path, body) {
      const { status, body: answer } = await admin.ask('POST', path, body);
      if (status !== 200) throw new Error(`${path} was answered with ${status}: ${answer.error}`);
      return answer;
    },
    async restart() {
      await app.close();
      app = await start();
    },
    async close() {
      await app.close();
      await Promise.all([kommo.close(), customerio.close()]);
      if (!options.store) removeStore(store);
    },
  };
}

async function startOn(
  port: number,
  store: Store,
  kommo: KommoSimulator,
  customerio: CustomerioSimulator,
  log: string[],
): Promise<App> {
  const loaded = loadConfig({ text: 'connections: {}', file: 'stagepost.yaml', env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const options = {
    config: loaded.config,
    ...store,
    ...{ host: '127.0.0.1', port, secretKey: SECRET_KEY },
    log: pino({ level: 'info' }, { write: (line) => void log.push(line) }),
    accountOrigins: { kommo: kommo.url, customerio: customerio.url },
    passwordCost: { N: 16, r: 8, p: 1 },
    healthTimes: { judgeEveryMs: 200, firstProbeMs: 3_600_000 },
    publicUrl: `http://127.0.0.1:${port}`,
  };
  return startApp(options);
}
