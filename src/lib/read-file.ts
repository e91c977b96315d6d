import { closeSync, openSync, readSync } from 'node:fs';

/** The code of the error of a file that is larger than its reader accepts, as Node names it for other sizes. */
const TOO_LARGE = 'ERR_FS_FILE_TOO_LARGE';

/**
 * Reads a small file as UTF-8, without a byte order mark. Works for pipes, too, whose size nobody knows beforehand.
 * @throws the system's error with its code, or one with the code `ERR_FS_FILE_TOO_LARGE`
 */
export function readSmallFile(path: string, maxBytes: number): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      length += read;
      if (length > maxBytes) throw Object.assign(new Error('too large'), { code: TOO_LARGE });
      if (read === 0) return new TextDecoder().decode(buffer.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}

/** Why a file could not be read, as the end of a sentence whose subject is the file. Never has anything of its content. */
export function readFailure(error: unknown, maxBytes: number): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EISDIR') return 'is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  if (code === TOO_LARGE) return `has more than ${maxBytes} bytes`;
  return `cannot be read (${code ?? 'unknown error'})`;
}
