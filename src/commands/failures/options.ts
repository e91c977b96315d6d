import { type Command, InvalidArgumentError } from 'commander';
import type { SelectionQuery } from '../../failures/dead-letters.ts';
import { parseDuration } from '../../lib/duration.ts';
import { withConfig, withData } from '../common/options.ts';
import type { AccessOptions } from '../server/store-access.ts';
import { dealOf } from '../trace/deal.ts';

/** What the commands about dead letters have in common. */
export interface FailuresOptions extends AccessOptions {
  connection?: string;
  deal?: number;
  reason?: string;
  /** ms. */
  since?: number;
  until?: number;
  all?: boolean;
  json?: boolean;
}

export interface ReplayOptions extends FailuresOptions {
  yes?: boolean;
  dryRun?: boolean;
}

export interface DiscardOptions extends FailuresOptions {
  why: string;
  yes?: boolean;
}

export function withSelection(command: Command): Command {
  return withData(withConfig(command))
    .option('--connection <name>', 'only this connection')
    .option('--deal <id>', 'only this deal, by its number or its address in Kommo', dealNumber)
    .option('--reason <text>', 'only those with this in their words; "…" stands for any text')
    .option('--since <time>', 'only those that failed since then: 2026-07-31, 2026-07-31T14:00, 3d', timeFrom)
    .option('--until <time>', 'only those that failed until then', timeTo);
}

/** Ids as the list shows them: `12`, `#12` or `12,13`. @throws InvalidArgumentError */
export function idList(text: string, before: number[] = []): number[] {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  return [
    ...before,
    ...parts.map((part) => {
      const id = /^#?(\d{1,15})$/.exec(part.trim())?.[1];
      if (!id) throw new InvalidArgumentError(`"${part}" is no id. stagepost failures --all shows them.`);
      return Number(id);
    }),
  ];
}

export function selectionOf(ids: number[], options: FailuresOptions): SelectionQuery {
  const { connection, deal, reason, since, until } = options;
  const given = { connection, deal, reason, since, until, ids: ids.length > 0 ? ids : undefined };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function dealNumber(text: string): number {
  const deal = dealOf(text);
  if (deal === null) throw new InvalidArgumentError(`"${text}" is neither a deal's number nor its address.`);
  return deal;
}

const timeFrom = (text: string) => readTime(text, 'start', Date.now());
const timeTo = (text: string) => readTime(text, 'end', Date.now());

/**
 * A moment in ms: an ISO date or time (UTC where it names no zone, as all times that Stagepost shows), or an age such as
 * `2h`. A date alone is its first moment, or its last one with `edge` end.
 * @throws InvalidArgumentError
 */
export function readTime(text: string, edge: 'start' | 'end', now: number): number {
  const age = parseDuration(text);
  if (age !== null) return Math.max(0, now - age * 1000);
  const given = text.trim().replace(' ', 'T');
  const isDate = /^\d{4}-\d\d-\d\d$/.test(given);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i.test(given);
  const ms = isDate
    ? Date.parse(`${given}T${edge === 'start' ? '00:00:00.000' : '23:59:59.999'}Z`)
    : Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(given) ? given : `${given}Z`);
  if ((isDate || isTime) && ms >= 0) return ms;
  throw new InvalidArgumentError('Write a date (2026-07-31), a time (2026-07-31T14:00) or an age (3d, 2h).');
}
