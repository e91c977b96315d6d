import { type Command, InvalidArgumentError } from 'commander';
import { dealNumber } from '../options/deal-number.ts';
import { withConfigOption, withDataOption } from '../options/server-options.ts';
import type { HeldDecideOptions, HeldDiscardOptions, HeldListOptions, HeldSendOptions } from './held.ts';

export function addHeldCommand(program: Command): void {
  const held = program
    .command('held')
    .description('list deals that are held because very many entered a stage at once, and decide about them');

  withDataOption(withConfigOption(held.command('list', { isDefault: true })))
    .description('list the bursts that somebody must decide about')
    .option('--connection <name>', 'only this connection')
    .option('--decided', 'those that are decided, too')
    .option('--json', 'print JSON')
    .addHelpText('after', LIST_HELP)
    .action(async (options: HeldListOptions) => (await import('./held.ts')).heldList(options));

  withDecisionOptions(held.command('send').argument('<id>', 'as stagepost held list shows it', holdId))
    .description('send the events of held deals, behind new ones')
    .option('--now', 'with the time of sending instead of that of the stage change')
    .addHelpText('after', SEND_HELP)
    .action(async (id: number, options: HeldSendOptions) =>
      (await import('./held.ts')).heldSend(id, options),
    );

  withDecisionOptions(held.command('discard').argument('<id>', 'as stagepost held list shows it', holdId))
    .description('send nothing for held deals, with a reason')
    .requiredOption('--why <text>', 'the reason, which the trace keeps')
    .addHelpText('after', DISCARD_HELP)
    .action(async (id: number, options: HeldDiscardOptions) =>
      (await import('./held.ts')).heldDiscard(id, options),
    );
}

function withDecisionOptions(command: Command): Command {
  return withDataOption(withConfigOption(command))
    .option('--deals <ids>', 'only these deals, separated by commas; default: all of the burst', dealList)
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print JSON') satisfies { opts(): HeldDecideOptions };
}

function holdId(text: string): number {
  const id = /^#?(\d{1,15})$/.exec(text.trim())?.[1];
  if (id) return Number(id);
  throw new InvalidArgumentError(`"${text}" is not an id. stagepost held list shows them.`);
}

function dealList(text: string): number[] {
  return text.split(',').map((part) => {
    const deal = dealNumber(part);
    if (deal !== null) return deal;
    throw new InvalidArgumentError(`"${part}" is neither the number nor the address of a deal.`);
  });
}

const LIST_HELP = `
Reads from the running Stagepost, or from its database when none runs. Times are UTC.

Examples:
  $ stagepost held list
  $ stagepost held list --decided --json`;

const SEND_HELP = `
Each event carries the time of its stage change. Customer.io starts no campaign for events that are older than 72 hours, so
deals that are older stay held: send them with --now, or discard them.

Exit code: 0 sent, 1 nothing was held, or some deals are too old, 2 wrong usage.

Examples:
  $ stagepost held send 3
  $ stagepost held send 3 --deals 1234567,1234570
  $ stagepost held send 3 --now --yes`;

const DISCARD_HELP = `
Exit code: 0 discarded, 1 nothing was held, 2 wrong usage.

Examples:
  $ stagepost held discard 3 --why "old clients from the import"`;
