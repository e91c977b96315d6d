import type { Db } from '../../../store/database/database.ts';
import { addAudit, listAudit } from '../../../store/users/audit.ts';
import type { Context, Handlers } from '../routes.ts';

/** Writes down who did what. `who` instead of the signed-in one: somebody who is just signing in. */
export type Audit = (context: Context, what: string, detail: string, who?: string) => Promise<void>;

const PAGE = 100;

export function createAudit(db: () => Promise<Db>, now: () => number): Audit {
  return async ({ who, request }, what, detail, name) =>
    addAudit(await db(), {
      at: now(),
      who: name ?? who?.name ?? 'nobody',
      what,
      detail,
      address: request.ip,
    });
}

export function auditHandlers(db: () => Promise<Db>): Pick<Handlers, 'audit'> {
  return {
    audit: async ({ query: { before = Number.MAX_SAFE_INTEGER } }) => {
      const entries = await listAudit(await db(), before, PAGE);
      return { entries, next: entries.length < PAGE ? null : entries.at(-1)!.id };
    },
  };
}
