import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type Config,
  type ConfigProblem,
  formatProblems,
  type LoadResult,
  loadConfig,
} from '../../config/index.ts';
import { CommandError, EXIT } from './exit.ts';

/** Every option is also an environment variable, for containers. */
export function withConfig(command: Command): Command {
  return command.addOption(
    new Option('--config <file>', 'the configuration').env('STAGEPOST_CONFIG').default('./stagepost.yaml'),
  );
}

export function withData(command: Command): Command {
  return command.addOption(
    new Option('--data <dir>', 'the folder of the embedded database').env('STAGEPOST_DATA').default('./data'),
  );
}

export function withAddress(command: Command): Command {
  return command
    .addOption(
      new Option('--port <n>', 'the port to listen on')
        .env('STAGEPOST_PORT')
        .default(4400)
        .argParser(portNumber),
    )
    .addOption(
      new Option('--host <addr>', 'the address to listen on').env('STAGEPOST_HOST').default('127.0.0.1'),
    );
}

/** For whoever stands behind a proxy that ends TLS. */
export function withTrustProxy(command: Command): Command {
  return command.addOption(
    new Option(
      '--trust-proxy <addresses>',
      'believe X-Forwarded-For, -Host and -Proto of proxies at these addresses or networks, with commas: 127.0.0.1',
    )
      .env('STAGEPOST_TRUST_PROXY')
      .argParser(proxyAddresses),
  );
}

/** Addresses, networks (`10.0.0.0/8`), or the names that Fastify knows. */
function proxyAddresses(text: string): string {
  const parts = text.split(',').map((part) => part.trim());
  const isGood = (part: string) => {
    const [address = '', bits] = part.split('/');
    const most = isIP(address) === 4 ? 32 : 128;
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
    return ['loopback', 'linklocal', 'uniquelocal'].includes(part) || (isIP(address) > 0 && isNetwork);
  };
  const wrong = parts.find((part) => !isGood(part));
  if (wrong !== undefined)
    throw new InvalidArgumentError(
      `"${wrong}" is no address. Give those of your proxies, such as 127.0.0.1.`,
    );
  return parts.join(',');
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

/** @throws CommandError where `DATABASE_URL` is set to something that is no PostgreSQL URL. */
export function checkDatabaseUrl(url: string | undefined): void {
  const isUrl = !url || (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol));
  if (!isUrl)
    throw new CommandError(
      'DATABASE_URL must look like postgres://user:password@host:5432/name.',
      EXIT.usage,
    );
}

export interface LoadedConfig {
  config: Config;
  warnings: ConfigProblem[];
  /** As read, for error messages that show the line. */
  text: string;
}

/** Reads and checks the configuration. @throws CommandError with every problem, its line and what to do. */
export function readConfig(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  leftRules?: 'ignored',
): LoadedConfig {
  const { text, result } = loadFile(file, env, leftRules);
  if (!result.ok) throw new CommandError(formatProblems(result.problems, file, text), EXIT.usage);
  return { config: result.config, warnings: result.warnings, text };
}

/** The configuration, or all that is wrong with it. @throws CommandError where the file cannot be read. */
export function loadFile(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  leftRules?: 'ignored',
): { text: string; result: LoadResult } {
  const text = readText(file);
  return { text, result: loadConfig({ text, file, env, ...(leftRules ? { leftRules } : {}) }) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new CommandError(
      `The configuration ${file} ${why}. Copy examples/stagepost.yaml to begin with, or name another file with --config.`,
      EXIT.usage,
    );
  }
}
