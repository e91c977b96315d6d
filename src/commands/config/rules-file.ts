import { readFileSync } from 'node:fs';
import { connectionsIn, extractRules, isWholeFile } from '../../config/index.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';

/** A connection's rules in a file: the whole text, or their part of a stagepost.yaml. @throws CommandError */
export function readRulesFile(file: string, connection: string): string {
  const text = readText(file);
  if (!isWholeFile(text)) return text;
  const rules = extractRules(text, connection);
  if (rules !== null) return rules;
  const names = connectionsIn(text);
  throw new CommandError(
    names.includes(connection)
      ? `${file} is not valid. Find the mistakes with: stagepost config check --config ${file}`
      : `${file} has no connection "${connection}". It has: ${names.join(', ')}.`,
    EXIT.usage,
  );
}

/** Keeps every byte: a byte order mark stays, and a file that is not UTF-8 is refused rather than changed. */
function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(`The file ${file} ${readFailure(code)}.`, EXIT.usage);
  }
}

function readFailure(code: string | undefined): string {
  if (code === 'ENOENT') return 'does not exist';
  return code?.startsWith('ERR_ENC') ? 'is not UTF-8' : `cannot be read (${code})`;
}
