import { nearest } from '../../lib/nearest.ts';
import type { Finding, KeyPath, ProblemAt } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { type Entries, entriesOf } from './reporter.ts';

/**
 * A connection signs in to Kommo in one of two ways: with a long-lived token, or by OAuth.
 * @param path the place of the connection
 */
export function kommoAccessProblems(connection: Entries, path: KeyPath, problem: ProblemAt): Finding[] {
  const kommo = entriesOf(connection.kommo);
  const token = [...path, 'kommo', 'token'];
  if (!isFilled(kommo.oauth)) {
    if (isFilled(kommo.token) || isTypo(kommo)) return [];
    return [problem(token, kommo.token === undefined ? 'is missing' : 'is empty')];
  }
  if (!isFilled(kommo.token)) return [];
  const hint = 'Remove one of them: OAuth needs no long-lived token.';
  return [problem(token, 'there is `oauth` already', hint, 'key')];
}

/** An unknown key that resembles one of them is reported already, with the key that was meant. */
function isTypo(kommo: Entries): boolean {
  return Object.keys(kommo).some((key) => key !== 'token' && nearest(key, ['token', 'oauth']) !== null);
}

function isFilled(value: Tree | undefined): boolean {
  return value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '');
}
