import type { FastifyInstance } from 'fastify';
import type { Db } from '../../../store/database/database.ts';
import { type Actor, SYSTEM } from '../../../store/users/actor.ts';
import { addAudit } from '../../../store/users/audit.ts';
import { addUser, userNamed } from '../../../store/users/users.ts';
import type { DemoLoginLinks } from '../../auth/demo-login-link.ts';
import { startSession } from '../../auth/session.ts';
import { HttpError } from '../../http-error.ts';
import { otherRoutes } from '../../route-table.ts';

/** The user that the demo signs in as. */
const NAME = 'demo';

/** The demo's one-time address: signs the browser in and redirects it to the console. */
export function demoLoginRoute(
  app: FastifyInstance,
  links: DemoLoginLinks,
  db: () => Promise<Db>,
  now: () => number,
): void {
  const { demoLogin } = otherRoutes;
  app.get<{ Params: { secret: string } }>(
    demoLogin.path,
    { config: { access: demoLogin } },
    async (request, reply) => {
      if (!links.consume(request.params.secret))
        throw new HttpError(403, 'This address was used before. Restart the demo to get a new one.');
      const store = await db();
      await addUser(store, { name: NAME, role: 'admin' }, { actor: SYSTEM, at: now() });
      const user = (await userNamed(store, NAME))!;
      await store.transaction().execute(async (trx) => {
        const actor: Actor = { kind: 'user', id: user.id, name: user.name, address: request.ip };
        await addAudit(
          trx,
          { actor, at: now() },
          { what: 'sign_in', detail: 'by the address that the demo prints' },
        );
        await startSession(trx, user.id, now(), request, reply);
      });
      return reply.header('referrer-policy', 'no-referrer').redirect('/demo', 303);
    },
  );
}
