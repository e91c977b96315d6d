import { describePlace } from '../../store/database/identity/place.ts';
import type { DatabaseLocation } from '../../transfer/location.ts';
import { type Moved, move } from '../../transfer/move.ts';
import { databaseUrl } from '../data/database.ts';
import { asTransferError, createTransferProgress, keyNote, totalRows } from '../options/transfer.ts';
import { confirmChange } from '../terminal/confirm.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { joinLines, number } from '../terminal/format.ts';
import { print, printJson } from '../terminal/output.ts';

export interface MoveCommandOptions {
  data: string;
  to: string;
  yes?: boolean;
  json?: boolean;
}

/** Moves all data to another database, and says how to use it. */
export async function moveData({ data, to, yes, json }: MoveCommandOptions): Promise<void> {
  const url = databaseUrl();
  const target = locationOf(to);
  const question = `Move everything to ${'url' in target ? `PostgreSQL at ${new URL(target.url).host}` : target.dataDir}?`;
  if (!(await confirmChange(question, yes))) return;
  const progress = createTransferProgress();
  let moved: Moved;
  try {
    const from: DatabaseLocation = url === undefined ? { dataDir: data } : { url };
    moved = await move({ from, to: target, now: Date.now, onProgress: progress.show });
  } catch (error) {
    const isTarget = 'url' in target;
    throw asTransferError(error, isTarget ? target.url : url, isTarget ? '--to' : 'DATABASE_URL');
  } finally {
    progress.end();
  }
  if (json) printJson(moved);
  else print(movedText(moved, target));
}

/** @throws CommandError */
function locationOf(to: string): DatabaseLocation {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(to)) return { dataDir: to };
  if (URL.canParse(to) && /^postgres(ql)?:$/.test(new URL(to).protocol)) return { url: to };
  throw new CommandError(
    '--to must be a folder, or look like postgres://user:password@host:5432/name.',
    EXIT.usage,
  );
}

function movedText({ from, to, tables, foreign }: Moved, target: DatabaseLocation): string {
  const count = Object.keys(tables).length;
  return joinLines([
    `Moved to ${describePlace(to)}: ${number(totalRows(tables))} rows in ${count} tables, all compared.`,
    ...(foreign.length > 0
      ? [`Left out, since these are not Stagepost's tables: ${foreign.join(', ')}.`]
      : []),
    ...keyNote(tables),
    'url' in target
      ? 'Now set DATABASE_URL to that database, and start Stagepost.'
      : `Now unset DATABASE_URL, and start Stagepost with --data ${target.dataDir}.`,
    `A start with ${describePlace(from)} is refused from now on. Remove it when you are sure.`,
  ]);
}
