/** PostgreSQL docs, appendix A: the server gave the statement up (`statement_timeout`). */
const QUERY_CANCELED = '57014';

/** No answer to a query came in time: its connection is dead, or the server far too slow. The outcome is unknown. */
export class QueryTimeout extends Error {
  readonly code = 'QUERY_TIMEOUT';
  constructor(ms: number) {
    super(`The database did not answer within ${ms} ms.`);
    this.name = 'QueryTimeout';
  }
}

/** Whether a statement took longer than it may, by the server's clock or by ours. */
export function isStatementTimeout(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return error instanceof QueryTimeout || code === QUERY_CANCELED;
}
