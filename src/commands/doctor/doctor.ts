import { closeClients } from '../../clients/clients.ts';
import type { ConfigProblem, ConnectionConfig } from '../../config/index.ts';
import { checkConnection } from '../../doctor/connection.ts';
import { checkDatabase } from '../../doctor/database.ts';
import { type Finding, failure, ok, runCheck, warning } from '../../doctor/finding.ts';
import { type LoadedConfig, readConfig, selectConnections } from '../data/config-file.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { print, printJson } from '../terminal/output.ts';
import { terminalWidth } from '../terminal/wrap.ts';
import { alertVerdicts } from './alerts.ts';
import { openShortTimeoutClients } from './clients.ts';
import { healthVerdicts } from './health.ts';
import { checkProxy } from './proxy.ts';
import { withPublishedRules } from './published-rules.ts';
import { renderGroup, renderSummary, todoOf } from './render.ts';

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
  const connections = selectConnections(loaded.config, options.connection);
  const findings: Finding[] = [];
  const printGroup = (title: string, group: Finding[]) => {
    findings.push(...group);
    if (!options.json) print(`${renderGroup(title, group, terminalWidth())}\n`);
  };

  printGroup('Installation', await checkInstallation(loaded, options));
  for (const connection of connections)
    printGroup(`Connection ${connection.name}`, await checkRulesAndAccounts(connection, options));

  if (options.json) printJson(findings.map(asJson));
  else print(renderSummary(findings));
  process.exitCode = findings.some(({ status }) => status === 'failure') ? EXIT.failed : EXIT.ok;
}

/** The shape that `--help` promises. */
function asJson({ connection, check, status, message, ...rest }: Finding) {
  return { connection, check, status, message, todo: todoOf(rest) };
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

function configVerdicts({ warnings, config }: LoadedConfig, file: string) {
  const names = config.connections.map(({ name }) => name).join(', ');
  return [ok(`${file} is valid (${names})`), ...warnings.map(configWarning)];
}

function configWarning({ message, path, line, hint }: ConfigProblem) {
  return warning(`${path} (line ${line}): ${message}`, hint ?? 'Correct the configuration.');
}

async function checkRulesAndAccounts(
  connection: ConnectionConfig,
  options: DoctorOptions,
): Promise<Finding[]> {
  let config = connection;
  const judged = await runCheck(connection.name, 'health', () => healthVerdicts(connection.name, options));
  const rules = await runCheck(connection.name, 'rules', async () => {
    const published = await withPublishedRules(connection, options);
    config = published.config;
    return published.verdicts;
  });
  return [...judged, ...rules, ...(await checkAccounts(config, options))];
}

async function checkAccounts(config: ConnectionConfig, options: DoctorOptions): Promise<Finding[]> {
  const clients = openShortTimeoutClients(config);
  try {
    return await checkConnection({
      config,
      clients,
      fix: options.fix ?? false,
      publicUrl: options.publicUrl ?? null,
      nowSeconds: Math.floor(Date.now() / 1000),
    });
  } finally {
    await closeClients(clients);
  }
}
