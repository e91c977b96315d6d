import { type Command, InvalidArgumentError } from 'commander';
import type { SelectionQuery } from '../../failures/dead-letters.ts';
import { parseDuration } from '../../lib/duration.ts';
import type { DataOptions } from '../data/with-data.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { dealNumber } from './deal-number.ts';
import { withConfigOption, withDataOption } from './server-options.ts';

/** The options that select dead letters, for `failures`, `replay` and `discard`. */
export interface SelectionOptions extends DataOptions {
  connection?: string;
  deal?: number;
  reason?: string;
  /** ms. */
  since?: number;
  until?: number;
  all?: boolean;
  json?: boolean;
}

export function withSelectionOptions(command: Command): Command {
  return withDataOption(withConfigOption(command))
    .option('--connection <name>', 'only this connection')
    .option('--deal <id>', 'only this deal: its number, or the address of its page in Kommo', readDeal)
    .option('--reason <text>', 'only errors that contain this text; "…" stands for any text')
    .option('--since <time>', 'only what failed since then: 2026-07-31, 2026-07-31T14:00, 3d', readSince)
    .option('--until <time>', 'only what failed until then', readUntil);
}

/** Ids as the list shows them: `12`, `#12` or `12,13`. @throws InvalidArgumentError */
export function idList(text: string, before: number[] = []): number[] {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  return [
    ...before,
    ...parts.map((part) => {
      const id = /^#?(\d{1,15})$/.exec(part.trim())?.[1];
      if (id) return Number(id);
      throw new InvalidArgumentError(`"${part}" is not an id. stagepost failures --all shows them.`);
    }),
  ];
}

/** Only the keys that were given. */
export function selectionOf(ids: number[], options: SelectionOptions): SelectionQuery {
  const { connection, deal, reason, since, until } = options;
  const given = { connection, deal, reason, since, until, ids: ids.length > 0 ? ids : undefined };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** A command that changes dead letters must name them. @throws CommandError where everything would match by mistake */
export function requireSelection(selection: SelectionQuery, all: boolean | undefined, command: string): void {
  if (all === true || Object.keys(selection).length > 0) return;
  throw new CommandError(
    `Select dead letters by id, --deal, --reason, --since, --until or --connection, or take --all. ` +
      `stagepost failures lists them, and stagepost ${command} --help has examples.`,
    EXIT.usage,
  );
}

function readDeal(text: string): number {
  const deal = dealNumber(text);
  if (deal !== null) return deal;
  throw new InvalidArgumentError(`"${text}" is neither the number nor the address of a deal.`);
}

const readSince = (text: string) => readTime(text, 'start', Date.now());
const readUntil = (text: string) => readTime(text, 'end', Date.now());

/**
 * A moment in ms: an ISO date or time (UTC unless it names a zone, like all times that Stagepost prints), or an age such
 * as `2h`. A date alone is its first moment, or its last one with `edge` end.
 * @throws InvalidArgumentError
 */
export function readTime(text: string, edge: 'start' | 'end', now: number): number {
  const age = parseDuration(text);
  if (age !== null) return Math.max(0, now - age * 1000);
  const iso = text.trim().replace(' ', 'T');
  const isDate = /^\d{4}-\d\d-\d\d$/.test(iso);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i.test(iso);
  const ms = isDate
    ? Date.parse(`${iso}T${edge === 'start' ? '00:00:00.000' : '23:59:59.999'}Z`)
    : Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : `${iso}Z`);
  if ((isDate || isTime) && ms >= 0) return ms;
  throw new InvalidArgumentError('Write a date (2026-07-31), a time (2026-07-31T14:00) or an age (3d, 2h).');
}
