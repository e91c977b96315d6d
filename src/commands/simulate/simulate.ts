import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { startBoard } from '../../../simulators/board/index.ts';
import type { Listening } from '../../../simulators/common/http-server.ts';
import type { TlsOptions } from '../../../simulators/common/tls-options.ts';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../../simulators/kommo/index.ts';
import { addSampleDeals } from '../../../simulators/sample-deals.ts';
import { colors } from '../terminal/colors.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { print } from '../terminal/output.ts';
import { readCampaigns } from './campaigns.ts';
import { readSwitches } from './switches.ts';
import { envText, MARK, variablesOf } from './variables.ts';

export interface SimulateOptions {
  kommoPort: number;
  customerioPort: number;
  boardPort: number;
  host: string;
  out?: string;
  webhookUrl?: string;
  reportUrl?: string;
  deals: number;
  seed: number;
  timeScale: number;
  campaign?: string[];
  switch?: string[];
  rateLimit: boolean;
  tlsCert?: string;
  tlsKey?: string;
}

interface Simulation {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
  board: Listening;
  close(): Promise<void>;
}

/** Runs both simulators and the board until Ctrl+C or SIGTERM. */
export async function simulate(options: SimulateOptions): Promise<void> {
  if (options.out !== undefined) refuseForeignFile(options.out);
  const stopped = stopSignal();
  const simulation = await startSimulation(options);
  const { kommo, customerio, board } = simulation;
  const variables = variablesOf(kommo, customerio, options.webhookUrl);
  if (options.out !== undefined) writeVariables(options.out, variables);

  print(
    colors.bold(
      'A simulated Kommo and a simulated Customer.io are running, with no real account behind them.',
    ),
  );
  print(`  board                 ${colors.bold(colors.cyan(board.url))}`);
  print(`  simulated Kommo       ${kommo.url}/api/v4`);
  print(
    `  simulated Customer.io ${customerio.url}/api/v1 and /api/v2 (Track API), ${customerio.url}/v1 (App API, Pipelines API)`,
  );
  for (const url of [options.webhookUrl, options.reportUrl]) if (url) print(`  sends to              ${url}`);
  print(
    `\nThe variables of examples/stagepost.yaml${options.out ? `, also in ${options.out}` : ''}:\n\n${envText(variables)}`,
  );
  print(colors.dim('Press Ctrl+C to stop. Everything is in memory, and gone then.'));
  await stopped;
  await simulation.close();
  print('\nThe simulators have stopped.');
}

/** @throws CommandError where an option is wrong, or a port is in use */
export async function startSimulation(options: SimulateOptions): Promise<Simulation> {
  const { host, seed, timeScale, rateLimit, deals } = options;
  if (timeScale < 1) throw new CommandError('--time-scale must be 1 or more.', EXIT.usage);
  const tls = readTls(options);
  const switches = readSwitches(options.switch ?? []);
  const campaigns = readCampaigns(options.campaign);
  const started: { close(): Promise<unknown> }[] = [];
  const close = async () => void (await Promise.all(started.map((one) => one.close())));
  const start = async <T extends { close(): Promise<unknown> }>(
    opening: Promise<T>,
    option: string,
  ): Promise<T> => {
    const one = await opening.catch((error: NodeJS.ErrnoException) => refusePort(error, option));
    started.push(one);
    return one;
  };
  try {
    const common = { host, tls, timeScale };
    const kommo = await start(
      startKommoSimulator({
        ...common,
        port: options.kommoPort,
        switches: switches.kommo,
        faults: { seed },
        ...(rateLimit ? {} : { rateLimit: false }),
      }),
      '--kommo-port',
    );
    const customerio = await start(
      startCustomerioSimulator({
        ...common,
        port: options.customerioPort,
        switches: switches.customerio,
        seed,
        campaigns,
        fullResolution: true,
        ...(rateLimit ? {} : { appLimitPerSecond: Number.POSITIVE_INFINITY, broadcastIntervalMs: 0 }),
      }),
      '--customerio-port',
    );
    addSampleDeals(kommo, deals, seed);
    const board = await start(
      startBoard({ kommo, customerio, host, port: options.boardPort }),
      '--board-port',
    );
    if (options.webhookUrl) kommo.addHook({ destination: options.webhookUrl });
    if (options.reportUrl) customerio.addReportingWebhook({ endpoint: options.reportUrl });
    return { kommo, customerio, board, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function refusePort(error: NodeJS.ErrnoException, option: string): never {
  if (error.code === 'EADDRINUSE')
    throw new CommandError(`A port is in use already. Choose another with ${option}; 0 takes a free one.`);
  if (error.code === 'EACCES')
    throw new CommandError(
      `This user may not listen on that port. Choose another with ${option}, above 1023.`,
    );
  throw error;
}

function readTls({ tlsCert, tlsKey }: SimulateOptions): TlsOptions | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new CommandError('HTTPS needs both --tls-cert and --tls-key.', EXIT.usage);
  try {
    return { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') };
  } catch (error) {
    throw new CommandError(
      `The certificate or its key cannot be read: ${(error as Error).message}`,
      EXIT.usage,
    );
  }
}

/** A file of variables may hold the keys of real accounts. */
function refuseForeignFile(file: string): void {
  if (!existsSync(file) || readFileSync(file, 'utf8').startsWith(MARK)) return;
  throw new CommandError(
    `${file} exists, and this command has not written it. Choose another name with --out, or delete the file.`,
    EXIT.usage,
  );
}

function writeVariables(file: string, variables: Record<string, string>): void {
  writeFileSync(file, `${MARK}\n${envText(variables)}`, { mode: 0o600 });
}

/** Resolves at Ctrl+C or SIGTERM. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
