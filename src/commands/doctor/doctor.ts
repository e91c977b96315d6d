import { closeClients } from '../../clients/clients.ts';
import type { ConfigProblem, ConnectionConfig } from '../../config/index.ts';
import { checkConnection } from '../../doctor/connection.ts';
import { checkDatabase } from '../../doctor/database.ts';
import { type Finding, failure, ok, runCheck, warning } from '../../doctor/finding.ts';
import type { TriggerEvidence } from '../../store/events/trigger-evidence.ts';
import { type LoadedConfig, readConfig, selectConnections } from '../data/config-file.ts';
import { withData } from '../data/with-data.ts';
import { currentSettings } from '../settings/current.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { print, printJson } from '../terminal/output.ts';
import { terminalWidth } from '../terminal/wrap.ts';
import { alertVerdicts } from './alerts.ts';
import { openShortTimeoutClients } from './clients.ts';
import { withGrantedAccess } from './granted-access.ts';
import { healthVerdicts } from './health.ts';
import { checkProxy } from './proxy.ts';
import { withPublishedRules } from './published-rules.ts';
import { renderGroup, renderSummary, todoOf } from './render.ts';
import { type StoredConfigs, storedConfigs } from './stored-configs.ts';
import { checkThroughServer, fixThroughServer } from './through-server.ts';

export interface DoctorOptions {
  config: string;
  data: string;
  connection?: string;
  fix?: boolean;
  publicUrl?: string;
  json?: boolean;
}

/** Runs all checks and prints each group as soon as it is done. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const loaded = loadConfig(options);
  if (loaded === null) return;
  const stored = await storedConfigs(loaded.config, options);
  const all = [...loaded.config.connections, ...stored.configs];
  const others = [...stored.inServer, ...stored.unreadable.map(({ name }) => name)];
  const connections: { name: string }[] = [...all, ...others.map((name) => ({ name }))];
  const selected = selectConnections({ connections }, options.connection);
  const findings: Finding[] = [];
  const printGroup = (title: string, group: Finding[]) => {
    findings.push(...group);
    if (!options.json) print(`${renderGroup(title, group, terminalWidth(), options.publicUrl)}\n`);
  };

  printGroup('Installation', await checkInstallation(loaded, options));
  for (const { name } of selected) {
    const connection = all.find((each) => each.name === name);
    const group = connection
      ? await checkRulesAndAccounts(connection, all, options)
      : await checkStored(name, stored, options);
    printGroup(`Connection ${name}`, group);
  }

  if (options.json) printJson(findings.map((finding) => asJson(finding, options.publicUrl)));
  else print(renderSummary(findings));
  process.exitCode = findings.some(({ status }) => status === 'failure') ? EXIT.failed : EXIT.ok;
}

/** The shape that `--help` promises. */
function asJson({ connection, check, status, message, ...rest }: Finding, publicUrl?: string) {
  return { connection, check, status, message, todo: todoOf(rest, publicUrl) };
}

/** Null where the problems were printed as JSON. @throws CommandError */
function loadConfig({ config, json }: DoctorOptions): LoadedConfig | null {
  try {
    return readConfig(config);
  } catch (error) {
    if (!json || !(error instanceof CommandError)) throw error;
    const todo = 'Correct the configuration. stagepost config check --json lists every problem.';
    const finding = { connection: null, check: 'configuration', ...failure(error.message, todo) };
    printJson([asJson(finding)]);
    process.exitCode = error.exitCode;
    return null;
  }
}

async function checkInstallation(loaded: LoadedConfig, options: DoctorOptions): Promise<Finding[]> {
  const databaseUrl = process.env.DATABASE_URL || undefined;
  return [
    ...(await runCheck(null, 'configuration', () => configVerdicts(loaded, options.config))),
    ...(await runCheck(null, 'database', () => checkDatabase({ dataDir: options.data, databaseUrl }))),
    ...(await runCheck(null, 'alerts', () => alertVerdicts(loaded.config.alerts, options))),
    ...(await runCheck(null, 'proxy', () => checkProxy(options.data))),
  ];
}

function configVerdicts({ warnings, config, hasFile }: LoadedConfig, file: string) {
  if (!hasFile) return [ok(`There is no ${file}: all connections are in the database`)];
  const names = config.connections.map(({ name }) => name).join(', ');
  const { files } = currentSettings();
  const settings = files.length > 0 ? `, with the settings of ${files.join(', ')}` : '';
  return [ok(`${file} is valid (${names || 'no connections'})${settings}`), ...warnings.map(configWarning)];
}

function configWarning({ message, path, line, hint }: ConfigProblem) {
  return warning(`${path} (line ${line}): ${message}`, hint ?? 'Correct the configuration.');
}

async function checkRulesAndAccounts(
  connection: ConnectionConfig,
  others: ConnectionConfig[],
  options: DoctorOptions,
): Promise<Finding[]> {
  let config = connection;
  const judged = await runCheck(connection.name, 'health', () => healthVerdicts(connection.name, options));
  const rules = await runCheck(connection.name, 'rules', async () => {
    const published = await withPublishedRules(connection, options);
    config = published.config;
    return published.verdicts;
  });
  return [...judged, ...rules, ...(await checkAccounts(config, others, options))];
}

/** Checks a connection whose secrets only the running server can read, or nobody. */
async function checkStored(
  name: string,
  { unreadable }: StoredConfigs,
  options: DoctorOptions,
): Promise<Finding[]> {
  const reason = unreadable.find((each) => each.name === name)?.reason;
  if (reason !== undefined) {
    const todo = 'stagepost config check says what to do.';
    return runCheck(name, 'connection', () => [
      failure(`${name} in the database cannot be used: ${reason}`, todo),
    ]);
  }
  const judged = await runCheck(name, 'health', () => healthVerdicts(name, options));
  const run = options.fix ? fixThroughServer : checkThroughServer;
  return [...judged, ...((await run(name, options)) ?? [])];
}

/** Nothing where there is no database yet: that has a finding of its own. */
async function emailEventsOf(name: string, options: DoctorOptions): Promise<TriggerEvidence> {
  const [seen] = await withData(options, (data) => data.emailEvents([name])).catch(() => []);
  return seen ?? { matched: 0, unmatched: 0 };
}

async function checkAccounts(
  config: ConnectionConfig,
  others: ConnectionConfig[],
  options: DoctorOptions,
): Promise<Finding[]> {
  const ofServer = await findingsOfServer(config, options);
  if (ofServer !== null) return ofServer;
  // Read before the tokens are: one command opens the data folder once at a time.
  const emailEvents = await emailEventsOf(config.name, options);
  return withGrantedAccess(config, options, async (tokens) => {
    const clients = openShortTimeoutClients(config, tokens);
    try {
      return await checkConnection({
        config,
        emailEvents: async () => emailEvents,
        clients,
        others,
        fix: options.fix ?? false,
        publicUrl: options.publicUrl ?? null,
        nowSeconds: Math.floor(Date.now() / 1000),
      });
    } finally {
      await closeClients(clients);
    }
  });
}

/**
 * What a running server finds, and fixes for a connection whose access by OAuth it holds; null where the command makes the calls
 * itself.
 */
function findingsOfServer(config: ConnectionConfig, options: DoctorOptions): Promise<Finding[] | null> {
  const { name, kommo } = config;
  const isOAuth = kommo.access.kind === 'oauth';
  if (options.fix) return isOAuth ? fixThroughServer(name, options) : Promise.resolve(null);
  return checkThroughServer(name, { ...options, keepsRefusals: isOAuth });
}
