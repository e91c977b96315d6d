import { packageVersion } from '../package-version.ts';

/**
 * The version of PGlite whose internals this folder was written for: the messages that it sends for a query, its main
 * loop, and when it first calls PostgreSQL's parser. With any other version Stagepost works without this folder: slower,
 * with more memory, and without the guard against a PANIC. After an update of PGlite, read its sources, run the tests of
 * this folder and test/store/database/full-disk.test.ts, then change this version.
 */
export const KNOWN_VERSION = '0.5.16';

/** Whether the installed PGlite has the known version. Warns on stderr (once a process) if not. */
export function isKnownVersion(installed = packageVersion('@electric-sql/pglite')): boolean {
  if (installed === KNOWN_VERSION) return true;
  process.emitWarning(
    `PGlite ${installed} is not the version ${KNOWN_VERSION} that Stagepost is tuned for. The embedded database works, but slower.`,
    { code: 'STAGEPOST_PGLITE_VERSION' },
  );
  return false;
}
