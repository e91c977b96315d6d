import type { Db } from '../../store/database/database.ts';
import { addAudit } from '../../store/users/audit.ts';
import type { Context } from './routes.ts';

/**
 * Writes into the audit log who did what. `db` is the transaction of the change that is recorded, so that none is
 * stored without the other.
 * @param who instead of the principal: while somebody is signing in there is none.
 */
export type WriteAudit = (
  db: Db,
  context: Context,
  what: string,
  detail: string,
  who?: string,
) => Promise<void>;

export function createWriteAudit(now: () => number): WriteAudit {
  return async (db, { principal, request }, what, detail, who) =>
    addAudit(db, {
      at: now(),
      who: who ?? principal?.name ?? 'nobody',
      what,
      detail,
      address: request.ip,
    });
}
