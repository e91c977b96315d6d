import { SetupError, type SetupErrorCode } from '../../../setup/setup-error.ts';
import { addAudit, type NewAuditEntry } from '../../../store/users/audit.ts';
import { HttpError } from '../../http-error.ts';
import type { Context, Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';
import type { setupRoutes } from './contract.ts';

const STATUS: Record<SetupErrorCode, number> = {
  not_found: 404,
  conflict: 409,
  invalid: 400,
  unavailable: 503,
};

/** The connections that the wizard is making. */
export function setupHandlers(services: ApiServices): Pick<Handlers, keyof typeof setupRoutes> {
  const { setups, publicUrl } = services;

  /** Calls to the accounts cannot share a transaction with an entry. It is written before. */
  async function audit({ actor }: Context, entry: NewAuditEntry): Promise<void> {
    const { db } = await services.database();
    await addAudit(db, { actor, at: services.now() }, entry);
  }

  return {
    setups: () =>
      answer(async () => {
        const address = publicUrl();
        return { publicUrl: address, isPublicHttps: isPublicHttps(address), setups: await setups.list() };
      }),
    beginSetup: ({ body: { name, kommoUrl } }, context) =>
      answer(async () => {
        const setup = await setups.begin(name ?? null, kommoUrl ?? null, context.actor.name);
        await audit(context, { what: 'setup_begun', detail: setup.name });
        return setup;
      }),
    setupProgress: ({ params: { name } }) => answer(() => setups.get(name)),
    answerKommo: ({ params: { name }, body }, context) =>
      answer(async () => {
        await audit(context, { what: 'setup_changed', detail: `${name}: Kommo` });
        return setups.answerKommo(name, body);
      }),
    answerCustomerio: ({ params: { name }, body }, context) =>
      answer(async () => {
        await audit(context, { what: 'setup_changed', detail: `${name}: Customer.io` });
        return setups.answerCustomerio(name, body);
      }),
    setupAccount: ({ params: { name } }) => answer(() => setups.account(name)),
    answerRules: ({ params: { name }, body }, context) =>
      answer(async () => {
        await audit(context, { what: 'setup_changed', detail: `${name}: rules` });
        const { text, attributes = [], recipes = [] } = body;
        return setups.answerRules(name, text === undefined ? { attributes, recipes } : { text });
      }),
    finishSetup: ({ params: { name } }, context) =>
      answer(async () => {
        await audit(context, { what: 'setup_finished', detail: name });
        return setups.finish(name, context.actor);
      }),
    deleteSetup: ({ params: { name } }, context) =>
      answer(async () => {
        await setups.remove(name);
        await audit(context, { what: 'setup_deleted', detail: name });
        return { ok: true as const };
      }),
  };
}

/** @throws HttpError where what is asked for cannot be done */
async function answer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SetupError ? new HttpError(STATUS[error.code], error.message) : error;
  }
}

/** Kommo calls an integration's addresses by HTTPS, from the internet. */
function isPublicHttps(address: string | null): boolean {
  if (address === null) return false;
  const { protocol, hostname } = new URL(address);
  const isPrivate = /^(localhost|\[.*\]|[\d.]+)$/.test(hostname) || !hostname.includes('.');
  return protocol === 'https:' && !isPrivate;
}
