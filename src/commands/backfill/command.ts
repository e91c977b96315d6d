import { type Command, InvalidArgumentError } from 'commander';
import type { StageName } from '../../backfills/filter-names.ts';
import { parseDuration } from '../../lib/duration.ts';
import { withConfigOption, withDataOption } from '../options/server-options.ts';
import type { BackfillOptions, LeftOutOptions, NewBackfillOptions, StartOptions } from './backfill.ts';

export function addBackfillCommand(program: Command): void {
  const backfill = program
    .command('backfill')
    .description('bring the clients of deals that are in Kommo already to Customer.io');

  withFilterOptions(withServerOptions(backfill.command('new', { isDefault: true })))
    .description('plan a backfill, and start it once you confirm the plan')
    .option('--connection <name>', 'the connection, where there are several')
    .option(
      '--events <pipeline/stage>',
      'also prepare the event of this stage for its deals; may be repeated',
      stages,
    )
    .option('--plan-only', 'do not ask: only plan')
    .option('-y, --yes', 'do not ask: start')
    .option('--json', 'print JSON')
    .addHelpText('after', NEW_HELP)
    .action(async (options: NewBackfillOptions) => (await import('./backfill.ts')).newBackfill(options));

  withServerOptions(backfill.command('list'))
    .description('list the latest backfills')
    .option('--connection <name>', 'only this connection')
    .option('--json', 'print JSON')
    .action(async (options: BackfillOptions) => (await import('./backfill.ts')).listBackfills(options));

  withServerOptions(backfill.command('start').argument('<id>', ID_HELP, backfillId))
    .description('start a backfill that was planned')
    .option(
      '--events <pipeline/stage>',
      'also prepare the event of this stage for its deals; may be repeated',
      stages,
    )
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(async (id: number, options: StartOptions) =>
      (await import('./backfill.ts')).startBackfill(id, options),
    );

  withServerOptions(backfill.command('watch').argument('<id>', ID_HELP, backfillId))
    .description('show the progress until the end; Ctrl-C leaves it running')
    .option('--json', 'print JSON')
    .action(async (id: number, options: BackfillOptions) =>
      (await import('./backfill.ts')).watchBackfill(id, options),
    );

  for (const change of ['pause', 'resume', 'stop'] as const)
    withServerOptions(backfill.command(change).argument('<id>', ID_HELP, backfillId))
      .description(CHANGE_HELP[change])
      .action(async (id: number, options: BackfillOptions) =>
        (await import('./backfill.ts')).changeBackfill(id, change, options),
      );

  withServerOptions(backfill.command('left-out').argument('<id>', ID_HELP, backfillId))
    .description('print the deals of which nobody is sent, with the reasons, as CSV')
    .option('--json', 'print JSON')
    .action(async (id: number, options: LeftOutOptions) =>
      (await import('./backfill.ts')).printLeftOut(id, options),
    );
}

const ID_HELP = 'as stagepost backfill list shows it';

const CHANGE_HELP = {
  pause: 'pause a backfill',
  resume: 'go on with a paused backfill',
  stop: 'end a backfill; what was sent stays',
};

function withServerOptions(command: Command): Command {
  return withDataOption(withConfigOption(command));
}

function withFilterOptions(command: Command): Command {
  return command
    .option('--stage <pipeline[/stage]>', 'only deals in this pipeline or stage; may be repeated', stages)
    .option('--created-since <time>', 'only deals created since: 2026-01-31, or 90d ago', pastTime)
    .option('--created-until <time>', 'only deals created until', pastTime)
    .option('--changed-since <time>', 'only deals changed since', pastTime)
    .option('--changed-until <time>', 'only deals changed until', pastTime)
    .option(
      '--owner <user>',
      'only deals of this responsible user: name, email or id; may be repeated',
      collect,
    )
    .option('--field <name=value>', 'only deals whose field has this value', fieldValue)
    .option('--with-email', 'pass over deals without an email address, instead of listing them');
}

function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** `Sales` or `Sales/Closed - won`: names may contain the slash only in the stage. */
function stages(text: string, before: StageName[] = []): StageName[] {
  const slash = text.indexOf('/');
  const pipeline = (slash < 0 ? text : text.slice(0, slash)).trim();
  const stage = slash < 0 ? undefined : text.slice(slash + 1).trim();
  if (pipeline === '' || stage === '')
    throw new InvalidArgumentError(`"${text}" names no pipeline and stage.`);
  return [...before, { pipeline, stage }];
}

/** @returns unix seconds */
function pastTime(text: string): number {
  const ago = parseDuration(text);
  if (ago !== null) return Math.floor(Date.now() / 1000) - ago;
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError(`"${text}" is neither a day like 2026-01-31 nor a time like 90d.`);
  return Math.floor(at / 1000);
}

function fieldValue(text: string): { name: string; value: string } {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError(`"${text}" is not of the form name=value.`);
  return { name: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() };
}

function backfillId(text: string): number {
  const id = /^#?(\d{1,15})$/.exec(text.trim())?.[1];
  if (id) return Number(id);
  throw new InvalidArgumentError(`"${text}" is not an id. stagepost backfill list shows them.`);
}

const NEW_HELP = `
Needs a running Stagepost, which does the work: live changes always go first. Nothing is sent before you confirm, and no campaign is
started: with --events the events of a stage are prepared, and wait on the page Held deals (stagepost held list).

Exit code: 0 done, 1 not started or not finished, 2 wrong usage.

Examples:
  $ stagepost backfill new --connection acme
  $ stagepost backfill new --stage Sales --changed-since 365d --plan-only
  $ stagepost backfill new --stage "Sales/Closed - won" --events "Sales/Closed - won" --yes`;
