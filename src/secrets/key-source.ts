import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { readFailure, readSmallFile } from '../lib/read-file.ts';
import { syncFolder } from '../lib/sync-folder.ts';
import { idOfKey, KEY_BYTES, Keyring } from './keyring.ts';

/** The variable with the keys; without it they are in a file of the data folder. */
export const KEY_VARIABLE = 'STAGEPOST_SECRET_KEY';
const FILE = 'secret.key';
const MAX_FILE_BYTES = 16 * 1024;
const COMMENT =
  '# The key of the secrets in the database. Keep a copy apart from the backups: without it they cannot be read.\n';

/** The key cannot be used. The message is for the person who runs Stagepost, and has nothing of the key. */
export class KeyUnusable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyUnusable';
  }
}

/** Where the keys of the stored secrets come from. */
export interface KeySource {
  /** The value of STAGEPOST_SECRET_KEY, if it is set: one key, or several with commas, the one that seals first. */
  variable: string | undefined;
  /** The data folder; null where there is none. */
  dataDir: string | null;
}

/**
 * The keys of the stored secrets: those of the variable, else those in the file `secret.key` of the data folder.
 * @throws KeyUnusable
 */
export function openKeyring({ variable, dataDir }: KeySource): Keyring {
  if (variable) return new Keyring(parseKeys(variable.split(','), KEY_VARIABLE));
  const file = keyFile(dataDir);
  if (!existsSync(file))
    throw new KeyUnusable(
      `The key of the stored secrets is missing. Set ${KEY_VARIABLE} as on the machine that stored them, or copy its file to ${file}.`,
    );
  return new Keyring(readKeys(file));
}

/**
 * As `openKeyring`, with a new file, for this user only, where there is neither. Nobody else may open or change keys
 * meanwhile.
 * @throws KeyUnusable
 */
export function openOrMakeKeyring(source: KeySource): Keyring {
  if (!source.variable) {
    const file = keyFile(source.dataDir);
    if (!existsSync(file)) writeKeys(file, [randomBytes(KEY_BYTES)]);
  }
  return openKeyring(source);
}

/**
 * Puts a new key before those of the file in the data folder. Everything that was sealed still opens. Nobody else may open
 * or change keys meanwhile.
 * @throws KeyUnusable
 */
export function addKey(dataDir: string): Keyring {
  const file = keyFile(dataDir);
  const keys = existsSync(file) ? readKeys(file) : [];
  writeKeys(file, [randomBytes(KEY_BYTES), ...keys]);
  return new Keyring(readKeys(file));
}

/** Removes the old keys from the file in the data folder, except those with which something is still sealed. */
export function removeOldKeys(dataDir: string, usedIds: ReadonlySet<string>): void {
  const file = keyFile(dataDir);
  writeKeys(
    file,
    readKeys(file).filter((key, index) => index === 0 || usedIds.has(idOfKey(key))),
  );
}

/** @throws KeyUnusable where there is no folder */
function keyFile(dataDir: string | null): string {
  if (dataDir !== null) return join(dataDir, FILE);
  throw new KeyUnusable(
    `There is no key for secrets in the database. Set ${KEY_VARIABLE}: openssl rand -base64 32 makes one.`,
  );
}

function readKeys(file: string): Buffer[] {
  let text: string;
  try {
    text = readSmallFile(file, MAX_FILE_BYTES);
  } catch (error) {
    throw new KeyUnusable(
      `The file ${file} with the key of the stored secrets ${readFailure(error, MAX_FILE_BYTES)}.`,
    );
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    throw new KeyUnusable(
      `Other users of this machine may read ${file}, the key of the stored secrets. Run: chmod 600 ${file}`,
    );
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return parseKeys(lines, `The file ${file}`);
}

function parseKeys(texts: string[], origin: string): Buffer[] {
  const keys = texts.map((text) => {
    const trimmed = text.trim();
    const key = Buffer.from(trimmed, /^[0-9a-f]{64}$/i.test(trimmed) ? 'hex' : 'base64');
    if (key.length === KEY_BYTES) return key;
    throw new KeyUnusable(
      `${origin} must have keys of 32 bytes in base64 or hexadecimal; openssl rand -base64 32 makes one.`,
    );
  });
  if (keys.length > 0) return keys;
  throw new KeyUnusable(`${origin} has no key. openssl rand -base64 32 makes one.`);
}

/** Another file first, so that a crash leaves the old keys or the new ones, and durably: no secret opens without them. */
function writeKeys(file: string, keys: Buffer[]): void {
  const part = `${file}.part`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const handle = openSync(part, 'w', 0o600);
  try {
    writeSync(handle, COMMENT + keys.map((key) => `${key.toString('base64')}\n`).join(''));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(part, file);
  syncFolder(dirname(file));
}
