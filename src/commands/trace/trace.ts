import { CommandError, EXIT } from '../common/exit.ts';
import { type AccessOptions, withStore } from '../server/store-access.ts';
import { dealOf } from './deal.ts';
import { renderTrace } from './text.ts';

export interface TraceOptions extends AccessOptions {
  json?: boolean;
}

/** What happened to a deal or a person and why, or why nothing did. */
export async function traceCommand(given: string, options: TraceOptions): Promise<void> {
  const query = subjectOf(given);
  const traces = await withStore(options, (store) => store.trace(query));
  if (options.json) console.log(JSON.stringify(traces, null, 2));
  else console.log(traces.map((found) => renderTrace(query, found)).join('\n\n'));
  if (traces.every((found) => found.events.length === 0)) process.exitCode = EXIT.failed;
}

/** A deal's number, also out of its address in Kommo, or an email. @throws CommandError */
function subjectOf(given: string): string {
  const deal = dealOf(given);
  if (deal !== null) return String(deal);
  if (given.includes('@')) return given.trim();
  throw new CommandError(`"${given}" is neither a deal's number nor an email address.`, EXIT.usage);
}
