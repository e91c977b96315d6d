import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Config, ConfigProblem, ConnectionConfig } from '../config/index.ts';
import { openClients } from './doctor-checks/clients.ts';
import { checkConnection } from './doctor-checks/connection.ts';
import { checkDatabase } from './doctor-checks/database.ts';
import { type Finding, ok, runCheck, warning } from './doctor-checks/finding.ts';
import { renderGroup, renderSum, terminalWidth } from './doctor-text.ts';
import { CommandError, EXIT } from './exit.ts';
import { type LoadedConfig, readConfig } from './options.ts';

export interface DoctorOptions {
  config: string;
  data: string;
  connection?: string;
  fix?: boolean;
  publicUrl?: string;
  json?: boolean;
}

export function withDoctor(command: Command): Command {
  return command
    .description('check the configuration, the database and both sides, and say what to do')
    .option('--connection <name>', 'check only this connection')
    .option('--fix', 'create missing deal fields in Kommo; with --public-url, register the webhook too')
    .addOption(
      new Option('--public-url <url>', 'where Kommo and Customer.io reach this Stagepost: https://your-host')
        .env('STAGEPOST_PUBLIC_URL')
        .argParser(publicUrl),
    )
    .option('--json', 'for scripts: an array of {connection, check, status, message, todo}')
    .addHelpText('after', HELP);
}

const HELP = `
Each line is ✓ well, ! a warning, ✗ a failure or - not checked; below it stands what to do.
Nothing is written to Kommo without --fix, and nothing to Customer.io ever. A missing field is
created as a list with the values that the reactions write (and subscribed, unsubscribed, bounced
and spam, if it is about emails), or as a text field if a reaction writes a Liquid text into it.
Exit code: 0 no failure, 1 a failure, 2 the configuration is wrong.

Examples:
  stagepost doctor
  stagepost doctor --fix --public-url https://stagepost.example.com`;

/** An origin, maybe with a path before ours. @throws InvalidArgumentError */
export function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.username || url.password || url.search || url.hash) {
    throw new InvalidArgumentError('Write an address such as https://stagepost.example.com.');
  }
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) {
    throw new InvalidArgumentError(
      'It must begin with https://, since the webhook address carries a secret.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

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

  console.log(options.json ? JSON.stringify(findings, null, 2) : renderSum(findings));
  process.exitCode = findings.some(({ status }) => status === 'failure') ? EXIT.failed : EXIT.ok;
}

/** Null where scripts have been told what is wrong. @throws CommandError for a person. */
function load({ config, json }: DoctorOptions): LoadedConfig | null {
  try {
    return readConfig(config);
  } catch (error) {
    if (!json || !(error instanceof CommandError)) throw error;
    const finding: Finding = {
      connection: null,
      check: 'configuration',
      status: 'failure',
      message: error.message,
      todo: 'Correct the configuration: stagepost config check --json names every problem.',
    };
    console.log(JSON.stringify([finding], null, 2));
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

async function examine(config: ConnectionConfig, options: DoctorOptions): Promise<Finding[]> {
  const clients = openClients(config);
  try {
    return await checkConnection({
      config,
      clients,
      fix: options.fix ?? false,
      publicUrl: options.publicUrl ?? null,
      nowSeconds: Math.floor(Date.now() / 1000),
    });
  } finally {
    await clients.close();
  }
}
