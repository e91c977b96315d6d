import { type Command, InvalidArgumentError, Option } from 'commander';
import { portNumber } from '../options/server-options.ts';
import type { SimulateOptions } from './simulate.ts';

export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('start a simulated Kommo and a simulated Customer.io, with a board to play both sides')
    .option('--kommo-port <n>', 'the port of the simulated Kommo; 0 takes a free one', portNumber, 9101)
    .option(
      '--customerio-port <n>',
      'the port of the simulated Customer.io (Track and App API)',
      portNumber,
      9102,
    )
    .option('--board-port <n>', 'the port of the board', portNumber, 9100)
    .option('--host <addr>', 'the address to listen on', '127.0.0.1')
    .option('--out <file>', 'also write the variables into this file, such as stagepost.env')
    .option('--webhook-url <url>', 'where Kommo sends its webhooks', webAddress)
    .option('--report-url <url>', 'where Customer.io sends its reports', webAddress)
    .option('--deals <n>', 'sample deals to start with', wholeNumber, 8)
    .option('--seed <n>', 'the seed of the sample deals and of random faults', wholeNumber, 1)
    .option('--time-scale <n>', 'divide the waits between attempts of webhooks by this', wholeNumber, 1)
    .option(
      '--campaign <event=subject>',
      'an email that Customer.io sends for an event (repeatable)',
      collect,
    )
    .option(
      '--switch <name=position>',
      'how an undocumented behaviour is, such as kommo.linkHooks=none (repeatable)',
      collect,
    )
    .option('--no-rate-limit', 'accept any number of calls a second')
    .addOption(
      new Option('--tls-cert <file>', 'speak HTTPS with this certificate (PEM); needs --tls-key as well'),
    )
    .addOption(new Option('--tls-key <file>', 'the key of the certificate (PEM)'))
    .action(async (options: SimulateOptions) => (await import('./simulate.ts')).simulate(options));
}

const collect = (text: string, before: string[] = []): string[] => [...before, text];

/** @throws InvalidArgumentError */
function webAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError(
    'Write an address such as http://127.0.0.1:4400/webhooks/kommo/acme/SECRET.',
  );
}

/** @throws InvalidArgumentError */
function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number.');
}
