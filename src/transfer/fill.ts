import { isNewest } from '../store/database/migrate.ts';
import { finishImport, type Imported, importTables } from './import.ts';
import type { OnProgress } from './progress.ts';
import { inWrite, type Session } from './session.ts';
import type { Sequences, TablePart } from './tables.ts';
import type { Target } from './target.ts';

/** The data that a target gets. */
export interface Content {
  /** Of the database that it comes from. */
  migrations: string[];
  parts: AsyncIterable<TablePart>;
  /** Called after the last part. */
  sequences(): Promise<Sequences>;
  /** For the progress. */
  rows: number;
  /** Called with what came, before it counts. */
  check(imported: Imported): void;
}

/**
 * Writes the data into the target in one transaction, and compares what was written. A kill before the commit leaves empty
 * tables, so that starting again is all that has to be done.
 * @param mark writes into the tables of this version what a start must know about where the data comes from
 * @throws TablesDiffer
 */
export async function fillTarget(
  target: Target,
  content: Content,
  mark: (session: Session) => Promise<void>,
  onProgress: OnProgress,
): Promise<Imported> {
  const isCurrent = isNewest(content.migrations);
  const session = target.session();
  const imported = await inWrite(session, async () => {
    const written = counter('write', content.rows, onProgress);
    const imported = await importTables(session, content.parts, written);
    content.check(imported);
    const compared = counter('compare', content.rows, onProgress);
    await finishImport(session, imported, await content.sequences(), compared);
    if (isCurrent) await mark(session);
    return imported;
  });
  if (!isCurrent) {
    await target.migrate();
    await mark(target.session());
  }
  // Without statistics the first queries would read whole tables.
  await target.session().rows('analyze');
  await target.publish();
  return imported;
}

function counter(step: 'write' | 'compare', total: number, onProgress: OnProgress) {
  let done = 0;
  return (rows: number) => {
    done += rows;
    onProgress({ step, done, total });
  };
}
