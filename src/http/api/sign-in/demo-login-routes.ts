import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Db } from '../../../store/database/database.ts';
import { accessToAll } from '../../../store/users/access.ts';
import { type Actor, SYSTEM } from '../../../store/users/actor.ts';
import { addAudit } from '../../../store/users/audit.ts';
import { addUser, setAccess, type User, userNamed } from '../../../store/users/users.ts';
import { type DemoLogin, isDemoSecret } from '../../auth/demo-login.ts';
import { startSession } from '../../auth/session.ts';
import { isLocal } from '../../auth/transport.ts';
import { HttpError } from '../../http-error.ts';
import { otherRoutes } from '../../route-table.ts';
import { refuseCrossSite } from '../authorize.ts';

/** The user that the demo signs in as. */
const NAME = 'demo';

/** With it the sign-in page knows, before anybody has signed in, that a button is enough. */
const DEMO_HEADER = 'x-stagepost-demo';

/**
 * The demo's two ways in: the address that it prints, and the button of the sign-in page for whoever has signed out or
 * types the address without its secret.
 */
export function demoLoginRoutes(
  app: FastifyInstance,
  login: DemoLogin,
  db: () => Promise<Db>,
  now: () => number,
): void {
  const { demoLogin, demoSignIn } = otherRoutes;
  app.addHook('onSend', async (_request, reply) => {
    reply.header(DEMO_HEADER, '1');
  });

  async function signIn(how: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const store = await db();
    const user = await demoUser(store, now());
    await store.transaction().execute(async (trx) => {
      const actor: Actor = { kind: 'user', id: user.id, name: user.name, address: request.ip };
      await addAudit(trx, { actor, at: now() }, { what: 'sign_in', detail: how });
      await startSession(trx, user.id, now(), request, reply);
    });
  }

  app.get<{ Params: { secret: string } }>(
    demoLogin.path,
    { config: { access: demoLogin } },
    async (request, reply) => {
      reply.header('referrer-policy', 'no-referrer');
      // The address of a demo that has ended: the page offers the button.
      if (!isDemoSecret(login, request.params.secret)) return reply.redirect('/sign-in?to=%2Fdemo', 303);
      await signIn('by the address that the demo prints', request, reply);
      return reply.redirect('/demo', 303);
    },
  );

  app.post(demoSignIn.path, { config: { access: demoSignIn } }, async (request, reply) => {
    refuseForeign(request);
    await signIn('by the button of the demo', request, reply);
    return reply.header('cache-control', 'no-store').send({ ok: true });
  });
}

/**
 * The user of the demo. A visitor who has removed it, or taken its rights away, must not be locked out.
 * @throws HttpError 409 where a visitor has taken its name
 */
async function demoUser(db: Db, at: number): Promise<User> {
  const by = { actor: SYSTEM, at };
  const access = accessToAll('admin');
  await addUser(db, { name: NAME, access }, by);
  const user = await userNamed(db, NAME);
  if (!user)
    throw new HttpError(409, `Another user has a name that looks like “${NAME}”. Remove that one first.`);
  if (user.role === 'admin' && user.roles === null) return user;
  return (await setAccess(db, user.id, access, by)) ?? user;
}

/**
 * A page of another site that is open in the same browser must not sign it in, also not under a name of its own that points
 * to this machine (DNS rebinding): only `localhost` and IP addresses are accepted.
 * @throws HttpError 403
 */
function refuseForeign(request: FastifyRequest): void {
  refuseCrossSite(request, false);
  if (!isLocal(request.hostname))
    throw new HttpError(403, 'The demo signs in on this machine only: open it as localhost or 127.0.0.1.');
}
