import { CONNECTIONS_PER_PROCESS } from '../../store/database/pool.ts';

/**
 * Explains why the database cannot be used; null where the error is of another kind. The codes are those of appendix A of
 * PostgreSQL's manual.
 * @param url of the server; its password is not shown
 * @param source the name of what gave the URL
 */
export function databaseErrorMessage(
  error: unknown,
  url: string | undefined,
  source = 'DATABASE_URL',
): string | null {
  const { code, message = '' } = error as { code?: string; message?: string };
  if (code === '53100' || code === 'ENOSPC')
    return 'The disk of the database is full. Free some space and start again; nothing that was stored is lost.';
  if (!url) return null;
  const server = `The PostgreSQL server of ${source} (${hostOf(url)})`;
  if (code !== undefined && UNREACHABLE.has(code)) return `${server} cannot be reached. Is it running?`;
  if (/timeout/i.test(message))
    return `${server} does not answer. Is it overloaded, or is there a firewall in between?`;
  const explanation = code === undefined ? undefined : EXPLANATIONS[code];
  return explanation ? `${server} ${explanation.replaceAll('DATABASE_URL', source)}` : null;
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'ETIMEDOUT',
]);

const EXPLANATIONS: Record<string, string> = {
  '28P01': 'refuses the user or the password. Correct DATABASE_URL.',
  '28000': 'does not accept this user from this address. Correct DATABASE_URL, or the server’s pg_hba.conf.',
  '3D000': 'has no database of that name. Create it, or correct DATABASE_URL.',
  '25006': 'is read-only. Set DATABASE_URL to the primary server, or lift default_transaction_read_only.',
  '42501':
    'does not let this user create tables. Run as an owner: grant create on database … and on schema public to the user of DATABASE_URL.',
  '53300': `accepts no more connections. Stagepost needs up to ${CONNECTIONS_PER_PROCESS} for each process: raise max_connections.`,
  '57P03': 'is starting or stopping. Start Stagepost again in a moment.',
};

/** Host and port of a database URL, never its password. */
function hostOf(url: string): string {
  return URL.canParse(url) && new URL(url).host !== '' ? new URL(url).host : 'not a valid URL';
}
