import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { z } from 'zod';
import { syncFolder } from '../lib/sync-folder.ts';
import { DataUnusable } from '../store/database/embedded/data-folder.ts';
import { OPEN_WORK } from './open-work.ts';
import type { RowText } from './row-text.ts';
import type { Table, TablePart } from './tables.ts';

/*
 * A backup in one file. `head -2 FILE` shows what it is: a title, then the header as JSON, padded to a fixed length because
 * it is written last, when the counts are known. After it comes a zstd stream of lines: for each table a line that
 * begins with `{` and has its name and columns, then a line for each row, which begins with `[`.
 */

const TITLE = 'Stagepost backup\n';
/** Room for the counts of some hundred tables. */
const HEADER_BYTES = 65_536;
/** To be increased when an earlier version could not read the file any more. */
const FORMAT = 1;

const count = z.number().int().nonnegative();
const headerSchema = z.object({
  format: z.literal(FORMAT),
  /** Of the Stagepost that wrote the file. */
  stagepost: z.string(),
  /** The migrations of the database, in their order. */
  migrations: z.array(z.string()).min(1),
  /** The identity of the database; null where no server has used it yet. */
  installation: z.string().nullable(),
  /** When the state is of, ms. */
  at: count,
  /** Where it was: a folder, or host and name. */
  place: z.string(),
  kind: z.enum(['embedded', 'postgres']),
  /** Rows and their sum, by table. */
  tables: z.record(z.string(), z.object({ rows: count, sum: z.string() })),
  sequences: z.record(z.string(), z.number()),
  open: OPEN_WORK,
  /** Of what follows the header, as stored. */
  bytes: count,
  sha256: z.string(),
});

export type BackupHeader = z.infer<typeof headerSchema>;
export type BackupContent = Omit<BackupHeader, 'format' | 'bytes' | 'sha256'>;

/** The file is no backup, is damaged, or was written by a newer Stagepost. The message is for a person. */
export class BackupUnreadable extends DataUnusable {
  constructor(file: string, reason: string) {
    super(`${file} cannot be restored: ${reason}`);
    this.name = 'BackupUnreadable';
  }
}

/** The lines of a part, without the end of the last one. */
export function linesOf(part: TablePart): string {
  return 'table' in part ? JSON.stringify(part.table) : part.rows.join('\n');
}

/**
 * Writes a backup under another name first, so that a file of this name is always whole, and durably: it may be the only
 * copy soon. Only this user can read it.
 * @param write gives the lines, and returns what the header says about them
 */
export async function writeBackup(
  file: string,
  write: (line: (text: string) => Promise<void>) => Promise<BackupContent>,
): Promise<BackupHeader> {
  const part = `${file}.part`;
  rmSync(part, { force: true });
  const handle = await open(part, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    const output = createWriteStream(part, { fd: handle.fd, start: HEADER_BYTES, autoClose: false });
    const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
    const written = pipeline(
      compress,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      output,
    );
    // An error of the disk rejects both; the pipeline's says which.
    const line = async (text: string) => {
      if (!compress.write(`${text}\n`)) await Promise.race([once(compress, 'drain'), written]);
    };
    const content = await write(line);
    compress.end();
    await written;
    const header: BackupHeader = { format: FORMAT, ...content, bytes, sha256: hash.digest('hex') };
    await handle.write(headerBlock(header), 0, HEADER_BYTES, 0);
    await handle.sync();
    await handle.close();
    renameSync(part, file);
    syncFolder(dirname(file));
    return header;
  } catch (error) {
    await handle.close().catch(() => {});
    rmSync(part, { force: true });
    throw error;
  }
}

/** As `zstd -3`: the disk is the slower part. */
const LEVEL = 3;

function headerBlock(header: BackupHeader): Buffer {
  const text = Buffer.from(`${TITLE}${JSON.stringify(header)}\n`);
  if (text.length > HEADER_BYTES) throw new Error('The header of the backup is too long.');
  return Buffer.concat([text, Buffer.alloc(HEADER_BYTES - text.length, '\n')]);
}

/** Reads what the file says about itself. Its rows are not checked. @throws BackupUnreadable */
export async function readHeader(file: string): Promise<BackupHeader> {
  const block = Buffer.alloc(HEADER_BYTES);
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new BackupUnreadable(
      file,
      error.code === 'ENOENT' ? 'there is no such file.' : `${error.message}.`,
    );
  });
  try {
    await handle.read(block, 0, HEADER_BYTES, 0);
  } finally {
    await handle.close();
  }
  const [title, json] = block.toString('utf8').split('\n', 2) as [string, string | undefined];
  if (`${title}\n` !== TITLE) throw new BackupUnreadable(file, 'it is no backup of stagepost backup.');
  let header: unknown;
  try {
    header = JSON.parse(json ?? '');
  } catch {
    throw new BackupUnreadable(file, 'it is damaged: its header cannot be read. Use another backup.');
  }
  const { format, stagepost } = header as { format?: unknown; stagepost?: unknown };
  if (typeof format === 'number' && format > FORMAT)
    throw new BackupUnreadable(
      file,
      `Stagepost ${stagepost} has written it, in a newer form than this version knows. Restore it with that version or a later one.`,
    );
  const parsed = headerSchema.safeParse(header);
  if (parsed.success) return parsed.data;
  throw new BackupUnreadable(file, 'it is damaged: its header is not complete. Use another backup.');
}

/** Reads all of the file and compares it with its checksum. @throws BackupUnreadable */
export async function verifyBackup(
  file: string,
  header: BackupHeader,
  onRead: (bytes: number) => void,
): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { start: HEADER_BYTES })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    onRead(bytes);
  }
  if (bytes !== header.bytes)
    throw new BackupUnreadable(
      file,
      `it is damaged: it has ${bytes} of ${header.bytes} bytes. Was it copied to its end? Use another backup.`,
    );
  if (hash.digest('hex') !== header.sha256)
    throw new BackupUnreadable(
      file,
      'it is damaged: its checksum is not that of its content. Use another backup.',
    );
}

/** Rows and characters that are given together. */
const BATCH_ROWS = 1_000;
const BATCH_CHARACTERS = 2_000_000;

/** Reads the content of a file that was verified. */
export async function* readContent(file: string): AsyncGenerator<TablePart> {
  let rows: RowText[] = [];
  let characters = 0;
  for await (const line of readLines(file)) {
    const isTable = line.startsWith('{');
    if (rows.length > 0 && (isTable || rows.length >= BATCH_ROWS || characters >= BATCH_CHARACTERS)) {
      yield { rows };
      rows = [];
      characters = 0;
    }
    if (isTable) yield { table: JSON.parse(line) as Table };
    else {
      rows.push(line);
      characters += line.length;
    }
  }
  if (rows.length > 0) yield { rows };
}

/** Lines end with `\n` only: node:readline also ends them at U+2028, which a text may contain. */
async function* readLines(file: string): AsyncGenerator<string> {
  const content = createZstdDecompress();
  const read = pipeline(createReadStream(file, { start: HEADER_BYTES }), content);
  // Iterating over the content fails with the same error.
  read.catch(() => {});
  let rest = '';
  for await (const text of content.setEncoding('utf8')) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}
