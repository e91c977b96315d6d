import { closeClients } from '../../clients/clients.ts';
import type { Config, ConfigProblem, ConnectionConfig } from '../../config/index.ts';
import { checkConnection } from '../../doctor/connection.ts';
import { checkDatabase } from '../../doctor/database.ts';
import { type Finding, failure, ok, runCheck, warning } from '../../doctor/finding.ts';
import { CommandError, EXIT } from '../common/exit.ts';
import { type LoadedConfig, readConfig } from '../common/options.ts';
import { openShortTimeoutClients } from './clients.ts';
import type { DoctorOptions } from './options.ts';
import { withPublishedRules } from './rules.ts';
import { renderGroup, renderSum, terminalWidth, todoOf } from './text.ts';

/** Checks all and prints it as it comes. The exit code says whether there was a failure. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const loaded = load(options);
  if (loaded === null) return;
  const connections = chosen(loaded.config, options.connection);
  const findings: Finding[] = [];
  const show = (title: string, found: Finding[]) => {
    findings.push(...found);
    if (!options.json) console.log(`${renderGroup(title, found, terminalWidth())}\n`);
  };

  const databaseUrl = process.env.DATABASE_URL || undefined;
  show('Installation', [
    ...(await runCheck(null, 'configuration', () => configVerdicts(loaded, options.config))),
    ...(await runCheck(null, 'database', () => checkDatabase({ dataDir: options.data, databaseUrl }))),
  ]);
  for (const connection of connections) {
    show(`Connection ${connection.name}`, await examine(connection, options));
  }

  console.log(options.json ? JSON.stringify(findings.map(forScripts), null, 2) : renderSum(findings));
  process.exitCode = findings.some(({ status }) => status === 'failure') ? EXIT.failed : EXIT.ok;
}

/** As `--help` describes it. */
function forScripts({ connection, check, status, message, ...rest }: Finding) {
  return { connection, check, status, message, todo: todoOf(rest) };
}

/** Null where scripts have been told what is wrong. @throws CommandError for a person. */
function load({ config, json }: DoctorOptions): LoadedConfig | null {
  try {
    return readConfig(config);
  } catch (error) {
    if (!json || !(error instanceof CommandError)) throw error;
    const verdict = failure(
      error.message,
      'Correct the configuration: stagepost config check --json names every problem.',
    );
    console.log(
      JSON.stringify([forScripts({ connection: null, check: 'configuration', ...verdict })], null, 2),
    );
    process.exitCode = error.exitCode;
    return null;
  }
}

function chosen({ connections }: Config, only: string | undefined): ConnectionConfig[] {
  if (only === undefined) return connections;
  const found = connections.filter(({ name }) => name === only);
  if (found.length > 0) return found;
  const names = connections.map(({ name }) => name).join(', ');
  throw new CommandError(`There is no connection "${only}". There are: ${names}.`, EXIT.usage);
}

function configVerdicts({ warnings, config }: LoadedConfig, file: string) {
  const names = config.connections.map(({ name }) => name).join(', ');
  const all = [ok(`${file} is well formed (${names})`)];
  return [...all, ...warnings.map(configWarning)];
}

function configWarning({ message, path, line, hint }: ConfigProblem) {
  return warning(`${path} (line ${line}): ${message}`, hint ?? 'Correct the configuration.');
}

async function examine(given: ConnectionConfig, options: DoctorOptions): Promise<Finding[]> {
  let config = given;
  const rules = await runCheck(given.name, 'rules', async () => {
    const published = await withPublishedRules(given, options);
    config = published.config;
    return published.verdicts;
  });
  return [...rules, ...(await examineSides(config, options))];
}

async function examineSides(config: ConnectionConfig, options: DoctorOptions): Promise<Finding[]> {
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
