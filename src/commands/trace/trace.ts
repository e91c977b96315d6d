import { type DataOptions, withData } from '../data/with-data.ts';
import { dealNumber } from '../options/deal-number.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { print, printJson } from '../terminal/output.ts';
import { renderTrace } from './render.ts';

export interface TraceOptions extends DataOptions {
  json?: boolean;
}

/** Prints what happened to a deal or a person and why, or why nothing happened. */
export async function trace(dealOrEmail: string, options: TraceOptions): Promise<void> {
  const query = readSubject(dealOrEmail);
  const traces = await withData(options, (data) => data.trace(query));
  if (options.json) printJson(traces);
  else print(traces.map((each) => renderTrace(query, each, Date.now() / 1000)).join('\n\n'));
  if (traces.every(({ events }) => events.length === 0)) process.exitCode = EXIT.failed;
}

/** A deal's number out of the address of its page; anything else as it is. @throws CommandError */
function readSubject(text: string): string {
  const deal = dealNumber(text);
  if (deal !== null) return String(deal);
  if (text.trim() !== '') return text.trim();
  throw new CommandError('Say which deal, client or email address.', EXIT.usage);
}
