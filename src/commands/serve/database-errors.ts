/**
 * Why the database cannot be used, in words for a person; null where the error is of another kind. PostgreSQL's codes
 * are those of its manual's appendix A.
 * @param url of DATABASE_URL; its password is never told.
 */
export function databaseErrorMessage(error: unknown, url: string | undefined): string | null {
  const { code, message = '' } = error as { code?: string; message?: string };
  if (code === '53100' || code === 'ENOSPC')
    return 'The disk of the database is full. Free some space and start again; nothing that was stored is lost.';
  if (!url) return null;
  const where = `The PostgreSQL server of DATABASE_URL (${hostOf(url)})`;
  if (code !== undefined && UNREACHABLE.has(code)) return `${where} cannot be reached. Is it running?`;
  if (/timeout/i.test(message))
    return `${where} does not answer. Is it overloaded, or a firewall in between?`;
  const words = code === undefined ? undefined : REFUSALS[code];
  return words ? `${where} ${words}` : null;
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

const REFUSALS: Record<string, string> = {
  '28P01': 'refuses the user or the password. Correct DATABASE_URL.',
  '28000': 'does not let this user in from here. Correct DATABASE_URL, or the server’s pg_hba.conf.',
  '3D000': 'has no database of that name. Create it, or correct DATABASE_URL.',
  '25006': 'is read-only. Set DATABASE_URL to the primary server, or lift default_transaction_read_only.',
  '42501':
    'does not let this user create tables. Run as an owner: grant create on database … and on schema public to the user of DATABASE_URL.',
  '53300': 'takes no more connections. Stagepost needs 15 for each process: raise max_connections.',
  '57P03': 'is just starting or stopping. Start Stagepost again in a moment.',
};

/** Host and port of a database URL, never its password. */
function hostOf(url: string): string {
  return URL.canParse(url) && new URL(url).host !== '' ? new URL(url).host : 'an address that is no URL';
}
