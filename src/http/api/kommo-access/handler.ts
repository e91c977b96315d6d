import { failureSentence } from '../../../kommo-oauth/status.ts';
import { SetupError } from '../../../setup/setup-error.ts';
import { addAudit } from '../../../store/users/audit.ts';
import { hasRole } from '../../auth/authenticate.ts';
import { bindBrowser } from '../../auth/authorization-cookie.ts';
import { HttpError } from '../../http-error.ts';
import type { Context, Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';
import type { kommoAccessRoutes } from './contract.ts';

/** How long Kommo's window may take, ms. */
const WINDOW_MS = 10 * 60_000;

/** How somebody grants access to Kommo, for a connection or for one that is being set up. */
export function kommoAccessHandlers(services: ApiServices): Pick<Handlers, keyof typeof kommoAccessRoutes> {
  const { kommoAccess, connections, setups } = services;
  const { authorization } = kommoAccess;

  /** Secrets go into the database outside of a transaction with the entry. It is written before. */
  async function audit({ actor }: Context, name: string, detail: string): Promise<void> {
    const { db } = await services.database();
    const connection = connections.has(name) ? name : null;
    await addAudit(
      db,
      { actor, at: services.now() },
      { what: 'kommo_access', connection, detail: `${name}: ${detail}` },
    );
  }

  /**
   * Setups are for admins of all connections.
   * @throws HttpError 404 where the sender may see neither a connection nor a setup of this name
   */
  async function requireVisible(name: string, { scope, principal }: Context): Promise<void> {
    if (scope.has(name)) return;
    const seesSetups = principal !== null && principal.roles === null && hasRole(principal, 'admin');
    if (connections.has(name) || !seesSetups) scope.select(name);
    try {
      await setups.get(name);
    } catch (error) {
      if (error instanceof SetupError && error.code === 'not_found') throw new HttpError(404, error.message);
      throw error;
    }
  }

  function requireWay(
    name: string,
    way: string,
    ways: { way: string; isOffered: boolean; sentence: string }[],
  ) {
    const found = ways.find((each) => each.way === way);
    if (!found?.isOffered)
      throw new HttpError(409, found?.sentence ?? `${name} cannot be connected this way.`);
  }

  return {
    kommoAccess: async ({ params: { name } }, context) => {
      await requireVisible(name, context);
      return kommoAccess.status(name);
    },
    startKommoAccess: async ({ params: { name }, body: { way } }, context) => {
      await requireVisible(name, context);
      requireWay(name, way, (await kommoAccess.status(name)).ways);
      await audit(context, name, `access by ${way} begun`);
      const { principal, request, reply } = context;
      const browser = principal.by === 'session' ? bindBrowser(request, reply, WINDOW_MS) : null;
      const started = await authorization.start(name, way, browser);
      if (!started) throw new HttpError(409, 'Enter the ID and the secret key of the integration first.');
      return started;
    },
    setKommoIntegration: async ({ params: { name }, body }, context) => {
      await requireVisible(name, context);
      if (connections.has(name))
        throw new HttpError(
          409,
          'A connection keeps its integration. Change it in the settings of the connection.',
        );
      const origin = body.account === undefined ? null : kommoAccess.hosts.originOf(body.account);
      if (body.account !== undefined && origin === null)
        throw new HttpError(400, failureSentence('foreign_host'));
      const { clientId, clientSecret } = body;
      await audit(context, name, `integration ${clientId} entered`);
      await authorization.setIntegration(name, { clientId, clientSecret }, origin);
      return kommoAccess.status(name);
    },
    pasteKommoCode: async ({ params: { name }, body: { code, account } }, context) => {
      await requireVisible(name, context);
      requireWay(name, 'code', (await kommoAccess.status(name)).ways);
      await audit(context, name, 'code entered');
      const result = await authorization.pasted(name, code, account);
      if (!result.ok)
        throw new HttpError(400, [failureSentence(result.code), result.detail].filter(Boolean).join(' '));
      return kommoAccess.status(name);
    },
  };
}
