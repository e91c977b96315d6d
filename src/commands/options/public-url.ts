import { type Command, InvalidArgumentError, Option } from 'commander';
import { withoutEndSlashes } from '../../lib/trim-end.ts';

export function withPublicUrlOption(command: Command): Command {
  return command.addOption(
    new Option('--public-url <url>', 'where Kommo and Customer.io reach this Stagepost: https://your-host')
      .env('STAGEPOST_PUBLIC_URL')
      .argParser(publicUrl),
  );
}

/** An origin, optionally with a path, without a slash at its end. @throws InvalidArgumentError */
export function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.username || url.password || url.search || url.hash)
    throw new InvalidArgumentError('Write an address such as https://stagepost.example.com.');
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback))
    throw new InvalidArgumentError(
      'It must start with https://, because the webhook address carries a secret.',
    );
  return `${url.origin}${withoutEndSlashes(url.pathname)}`;
}
