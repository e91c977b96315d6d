import type { FastifyInstance } from 'fastify';
import type { Db } from '../../store/database/database.ts';
import { addUser, userNamed } from '../../store/users/users.ts';
import { HttpError } from '../api/routes.ts';
import type { DemoLoginLinks } from './demo-login-link.ts';
import { startSession } from './handler.ts';

const NAME = 'demo';

/** The demo's one-time address: signs in and goes on to the console. */
export function demoLoginRoute(
  app: FastifyInstance,
  entrance: DemoLoginLinks,
  db: () => Promise<Db>,
  now: () => number,
): void {
  app.get<{ Params: { secret: string } }>('/api/enter/:secret', async (request, reply) => {
    if (!entrance.take(request.params.secret))
      throw new HttpError(
        403,
        'This address was used before. Stop the demo and start it again for a new one.',
      );
    const store = await db();
    await addUser(store, { name: NAME, role: 'admin' }, now());
    const user = (await userNamed(store, NAME))!;
    await startSession(store, user.id, now(), request, reply);
    return reply.header('referrer-policy', 'no-referrer').redirect('/demo', 303);
  });
}
