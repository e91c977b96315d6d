/** PostgreSQL docs, appendix A: the server cancelled the statement (`statement_timeout`). */
const QUERY_CANCELED = '57014';

/** A query got no answer in time: its connection is dead, or the server is far too slow. The outcome is unknown. */
export class QueryTimeout extends Error {
  readonly code = 'QUERY_TIMEOUT';
  constructor(ms: number) {
    super(`The database did not answer within ${ms} ms.`);
    this.name = 'QueryTimeout';
  }
}

/** Whether a statement exceeded its time limit on the server or in this process. */
export function isStatementTimeout(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return error instanceof QueryTimeout || code === QUERY_CANCELED;
}
