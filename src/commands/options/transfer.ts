import { DataUnusable } from '../../store/database/embedded/data-folder.ts';
import { DataInUse } from '../../store/database/embedded/data-lock.ts';
import { DatabaseTooNew } from '../../store/database/migrate.ts';
import { DatabaseIsBusy } from '../../transfer/copy-folder.ts';
import { TablesDiffer } from '../../transfer/import.ts';
import type { Progress } from '../../transfer/progress.ts';
import { databaseErrorMessage } from '../serve/database-errors.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { number } from '../terminal/format.ts';
import { bar, createProgressLine, pace } from '../terminal/progress-line.ts';

/* What the commands backup, restore and move have in common. */

const STEPS: Record<Progress['step'], string> = {
  copy: 'copying files',
  check: 'checking the file',
  write: 'writing rows',
  compare: 'comparing rows',
};

/** A bar that starts again with each step. */
export function createTransferProgress() {
  const now = () => performance.now();
  let step: Progress['step'] | null = null;
  let since = 0;
  const line = createProgressLine<Progress>(process.stderr, now, ({ step, done, total }) =>
    [
      `${bar(done, total)} ${STEPS[step]}`,
      ...(step === 'write' ? pace(done, total, now() - since) : []),
    ].join(', '),
  );
  return {
    show: (progress: Progress) => {
      if (progress.step !== step) since = now();
      step = progress.step;
      line.show(progress);
    },
    end: () => line.end(),
  };
}

/**
 * An error that a person can do something about becomes a message; others keep their stack trace.
 * @param url of the database that was used; undefined for the embedded one
 * @param source the name of what gave the URL
 */
export function asTransferError(error: unknown, url: string | undefined, source: string): unknown {
  if (error instanceof DatabaseTooNew) return new CommandError(error.message, EXIT.usage);
  if (error instanceof DataInUse || error instanceof DataUnusable) return new CommandError(error.message);
  if (error instanceof DatabaseIsBusy || error instanceof TablesDiffer)
    return new CommandError(error.message);
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && path) return new CommandError(`There is no folder for ${path}.`);
  if ((code === 'EACCES' || code === 'EROFS' || code === 'EPERM') && path)
    return new CommandError(`This user may not write ${path} (${code}).`);
  const message = databaseErrorMessage(error, url, source);
  return message === null ? error : new CommandError(message);
}

export function totalRows(tables: Record<string, { rows: number }>): number {
  return Object.values(tables).reduce((sum, { rows }) => sum + rows, 0);
}

/** A line for a copy that has secrets of connections, whose key is not part of it. */
export function keyNote(tables: Record<string, { rows: number }>): string[] {
  if (!tables.stored_connections?.rows) return [];
  return [
    'The tokens and keys of its connections can only be read with their key, which it does not have: STAGEPOST_SECRET_KEY, or the file secret.key of the data folder.',
  ];
}

/** `12.3 MB`. */
export function size(bytes: number): string {
  return bytes < 1e6 ? `${number(Math.ceil(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
