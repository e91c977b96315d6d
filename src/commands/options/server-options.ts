import { isIP } from 'node:net';
import { normalize } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';

/* Options that several commands have. Each is also an environment variable, for containers. */

/**
 * The configuration that is read where nobody names one. It need not exist, since connections can be in the database. A file
 * that is named must exist: its path is normalized, so that it never equals this one.
 */
export const DEFAULT_CONFIG = './stagepost.yaml';

/** Also for commands that do not read the configuration: `stagepost.env` next to it says where the data is. */
export function withConfigOption(command: Command): Command {
  return command.addOption(
    new Option('--config <file>', 'the configuration; stagepost.env next to it is read, too')
      .env('STAGEPOST_CONFIG')
      .default(DEFAULT_CONFIG)
      .argParser(normalize),
  );
}

export function withDataOption(command: Command): Command {
  return command.addOption(
    new Option('--data <dir>', 'the folder of the embedded database').env('STAGEPOST_DATA').default('./data'),
  );
}

export function withAddressOptions(command: Command): Command {
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

/** For a server behind a proxy that ends TLS. */
export function withTrustProxyOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--trust-proxy <addresses>',
      'trust X-Forwarded-For, -Host and -Proto of proxies at these addresses or networks, separated by commas: 127.0.0.1',
    )
      .env('STAGEPOST_TRUST_PROXY')
      .argParser(proxyAddresses),
  );
}

/** Names besides those that Stagepost knows by itself. */
export function withAllowedHostsOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--allowed-hosts <names>',
      'further host names of the console, the API and the metrics, separated by commas: console.example.com,*.example.org',
    )
      .env('STAGEPOST_ALLOWED_HOSTS')
      .argParser(hostNames),
  );
}

/** @throws InvalidArgumentError */
function hostNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  const wrong = names.find((name) => !/^(\*\.)?[a-z\d_-]{1,63}(\.[a-z\d_-]{1,63}){0,20}$/.test(name));
  if (wrong === undefined) return names;
  throw new InvalidArgumentError(
    `"${wrong}" is not a host name. Give names such as console.example.com, without a port.`,
  );
}

/** Addresses, networks (`10.0.0.0/8`), or the names that Fastify knows. */
function proxyAddresses(text: string): string {
  const parts = text.split(',').map((part) => part.trim());
  const wrong = parts.find((part) => !isProxyAddress(part));
  if (wrong === undefined) return parts.join(',');
  throw new InvalidArgumentError(
    `"${wrong}" is not an address. Give the addresses of your proxies, such as 127.0.0.1.`,
  );
}

function isProxyAddress(text: string): boolean {
  const [address = '', bits] = text.split('/');
  const maxBits = isIP(address) === 4 ? 32 : 128;
  const isPrefix = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= maxBits);
  return ['loopback', 'linklocal', 'uniquelocal'].includes(text) || (isIP(address) > 0 && isPrefix);
}

/** @throws InvalidArgumentError */
export function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
