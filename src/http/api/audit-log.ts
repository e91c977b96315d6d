import type { Db } from '../../store/database/database.ts';
import { type AuditEvent, addAudit } from '../../store/users/audit.ts';
import type { Context } from './routes.ts';

/**
 * Writes an entry into the audit log. `db` is the transaction of the recorded change, so that both are stored or neither.
 * @param who replaces the principal's name, for a sign-in, during which there is no principal.
 */
export type WriteAudit = (
  db: Db,
  context: Context,
  what: AuditEvent,
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
