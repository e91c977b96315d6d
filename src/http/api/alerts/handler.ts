import type { Mute } from '../../../domain/alerts.ts';
import { RateLimit } from '../../../lib/rate-limit.ts';
import { addMute, readMutes, removeMute } from '../../../store/alerts/receivers.ts';
import { addAudit } from '../../../store/users/audit.ts';
import { HttpError } from '../../http-error.ts';
import type { ConnectionScope } from '../connection-scope.ts';
import type { Context, Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';
import { MAX_MUTE_MS } from './contract.ts';

/** How many messages the page lists. */
const LISTED = 50;

/** Tests of one receiver: each is a mail, or a task in Kommo, for somebody. */
const TESTS_A_MINUTE = 5;
const MINUTE_MS = 60_000;

/** The receivers of alerts: what they were sent, tests, and mutes. */
export function alertHandlers({
  alerts,
  connections,
  database,
  now,
}: ApiServices): Pick<Handlers, 'alerts' | 'testAlert' | 'addMute' | 'removeMute'> {
  const tests = new RateLimit({ max: TESTS_A_MINUTE, windowMs: MINUTE_MS, now });
  const author = ({ actor }: Context) => ({ actor, at: now() });
  const seesAll = (scope: ConnectionScope) => [...connections.keys()].every(scope.has);
  /** Null: about the whole installation, or about every connection. */
  const maySee = (scope: ConnectionScope) => (connection: string | null) =>
    connection === null || scope.has(connection);
  const mayEnd = ({ connection }: Mute, scope: ConnectionScope) =>
    connection === null ? seesAll(scope) : scope.has(connection);

  return {
    alerts: async (_, { scope }) => {
      const { receivers, ...view } = await (await alerts()).view(maySee(scope), LISTED);
      return {
        ...view,
        receivers: receivers.map(({ state, waiting, ...receiver }) => ({
          ...receiver,
          failingSince: state.failingSince,
          error: state.error,
          nextAttemptAt: state.failingSince === null ? null : state.nextAttemptAt,
          waiting: waiting.length,
        })),
      };
    },
    testAlert: async ({ body: { receiver } }, context) => {
      const waitMs = tests.take(receiver);
      if (waitMs > 0)
        throw new HttpError(
          429,
          `A receiver gets ${TESTS_A_MINUTE} tests a minute at most.`,
          Math.ceil(waitMs / 1000),
        );
      const record = await (await alerts()).test(receiver, maySee(context.scope));
      if (!record) throw new HttpError(404, `There is no receiver "${receiver}".`);
      const { db } = await database();
      // The test has left this process, so it cannot share a transaction with its entry.
      const detail = `${receiver}: ${record.error ?? 'delivered'}`;
      await addAudit(db, author(context), { what: 'alert_tested', detail });
      return record;
    },
    addMute: async ({ body: { receiver = null, connection = null, code = null, endsAt } }, context) => {
      if (connection === null && !seesAll(context.scope))
        throw new HttpError(403, 'Name a connection: you may mute only those that you can see.');
      const left = endsAt - now();
      if (left <= 0 || left > MAX_MUTE_MS)
        throw new HttpError(400, 'A mute must end in the future, and within 30 days.');
      const { db } = await database();
      return db.transaction().execute(async (trx) => {
        const setBy = context.actor.name;
        const mute = { receiver, connection, code, endsAt, setBy, setAt: now() };
        const id = await addMute(trx, mute);
        const detail = `${aboutMute(mute)}, until ${new Date(endsAt).toISOString()}`;
        await addAudit(trx, author(context), { what: 'alert_muted', connection, detail });
        return { id, ...mute };
      });
    },
    removeMute: async ({ params: { id } }, context) => {
      const { db } = await database();
      await db.transaction().execute(async (trx) => {
        const mute = (await readMutes(trx, now())).find((each) => each.id === id);
        if (!mute || !mayEnd(mute, context.scope))
          throw new HttpError(404, 'There is no such mute. It may have ended.');
        await removeMute(trx, id);
        const { connection } = mute;
        await addAudit(trx, author(context), { what: 'alert_unmuted', connection, detail: aboutMute(mute) });
      });
      return { ok: true };
    },
  };
}

function aboutMute({ receiver, connection, code }: Pick<Mute, 'receiver' | 'connection' | 'code'>): string {
  const parts = [
    receiver === null ? 'every receiver' : `receiver ${receiver}`,
    connection === null ? 'every connection' : `connection ${connection}`,
    code === null ? 'every problem' : code,
  ];
  return parts.join(', ');
}
