import { isIP } from 'node:net';
import { type Command, InvalidArgumentError, Option } from 'commander';

/* Options that several commands have. Each is also an environment variable, for containers. */

export function withConfigOption(command: Command): Command {
  return command.addOption(
    new Option('--config <file>', 'the configuration').env('STAGEPOST_CONFIG').default('./stagepost.yaml'),
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

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
