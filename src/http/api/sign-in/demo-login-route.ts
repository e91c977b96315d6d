import type { FastifyInstance } from 'fastify';
import type { Db } from '../../../store/database/database.ts';
import { addUser, userNamed } from '../../../store/users/users.ts';
import type { DemoLoginLinks } from '../../auth/demo-login-link.ts';
import { startSession } from '../../auth/session.ts';
import { HttpError } from '../../http-error.ts';

/** The user that the demo signs in as. */
const NAME = 'demo';

/** The demo's one-time address: signs the browser in and redirects it to the console. */
export function demoLoginRoute(
  app: FastifyInstance,
  links: DemoLoginLinks,
  db: () => Promise<Db>,
  now: () => number,
): void {
  app.get<{ Params: { secret: string } }>('/api/enter/:secret', async (request, reply) => {
    if (!links.consume(request.params.secret))
      throw new HttpError(403, 'This address was used before. Restart the demo to get a new one.');
    const store = await db();
    await addUser(store, { name: NAME, role: 'admin' }, now());
    const user = (await userNamed(store, NAME))!;
    await startSession(store, user.id, now(), request, reply);
    return reply.header('referrer-policy', 'no-referrer').redirect('/demo', 303);
  });
}
