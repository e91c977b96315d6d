import { connectionAccounts } from '../store/connections/catalog.ts';
import { accountAddress } from './account-address.ts';
import type { SetupAnswers } from './answers.ts';
import { checkKommo } from './check-kommo.ts';
import { problem } from './finding.ts';
import { pastedSecret } from './pasted-secret.ts';
import type { OAuthAccess, SetupClients } from './setup-clients.ts';
import { SetupError } from './setup-error.ts';
import type { Draft, SetupStore } from './setup-store.ts';

/** A connection that exists; null where its account or workspace was not read yet. */
export interface OtherConnection {
  name: string;
  accountId: number | null;
  workspaceId: number | null;
}

/** What the step about Kommo works with. */
export interface KommoStepOptions {
  store: SetupStore;
  oauth: OAuthAccess;
  clients: SetupClients;
  /** The names of all connections. */
  connections(): readonly string[];
  /** The origin of a simulator; null: only Kommo's own addresses are accounts. */
  origin: string | null;
  now(): number;
}

/** A key that is left out stays as it is. */
export interface KommoAnswer {
  url?: string | undefined;
  token?: string | undefined;
  changes?: 'webhooks' | 'polling' | undefined;
}

/** Stores the access to Kommo, and asks Kommo what it gives. @throws SetupError */
export async function answerKommo(
  options: KommoStepOptions,
  name: string,
  answer: KommoAnswer,
): Promise<void> {
  const { store } = options;
  const isChecked = await store.change(name, (draft) => storeAnswer(draft, answer, options));
  if (isChecked) await checkStored(options, name);
}

/** Takes over the access that Kommo has just granted to a setup by OAuth, in the place of a token. @throws SetupError */
export async function takeGrant(options: KommoStepOptions, name: string): Promise<void> {
  const form = await options.oauth.formOf(name);
  if (form === null) return;
  await options.store.change(name, ({ answers, secrets }) => {
    refuseConnected(answers);
    delete secrets.kommoToken;
    answers.kommo = { ...answers.kommo, url: form.url, hasToken: false, check: null };
  });
  await checkStored(options, name);
}

async function checkStored(options: KommoStepOptions, name: string): Promise<void> {
  const { store } = options;
  const draft = await store.open(name);
  const { url } = draft.answers.kommo;
  const { kommoToken: token } = draft.secrets;
  await options.clients.use(name, draft, async (kommo) => {
    const others = await accountsOf(options);
    const check = await checkKommo({ kommo, url: url!, token: token ?? null, others, now: options.now() });
    await store.change(name, ({ answers, secrets }) => {
      // Somebody may have answered again meanwhile, whose check is under way.
      const isSame = answers.kommo.url === url && secrets.kommoToken === token;
      if (isSame) answers.kommo.check = check;
      if (isSame && check.pollingNeeded) answers.kommo.changes = 'polling';
    });
  });
}

/** @returns whether there is something to check */
function storeAnswer(
  { answers, secrets }: Draft,
  { url, token, changes }: KommoAnswer,
  { origin, now }: KommoStepOptions,
): boolean {
  refuseConnected(answers);
  const { kommo } = answers;
  if (changes !== undefined) kommo.changes = changes;
  if (token !== undefined) secrets.kommoToken = pastedSecret(token);
  kommo.hasToken = secrets.kommoToken !== undefined;
  const address = url === undefined ? null : accountAddress(url, origin);
  if (address !== null && !address.ok) {
    const wrong = problem('kommo_address_invalid', address.sentence, { field: 'url', todo: address.todo });
    const empty = { account: null, user: null, validUntil: null, pollingNeeded: false };
    kommo.check = { ...empty, at: now(), findings: [wrong] };
    return false;
  }
  if (address !== null) kommo.url = address.url;
  const hasChanged = address !== null || token !== undefined;
  if (hasChanged) kommo.check = null;
  return kommo.url !== null && (hasChanged || changes === undefined);
}

/** A connection that exists is changed as one, and not by its setup any more. @throws SetupError */
export function refuseConnected({ finish }: SetupAnswers): void {
  if (finish.isConnected)
    throw new SetupError('conflict', 'The connection exists already: change it on the page Connections.');
}

/** The connections that exist, with the numbers of their accounts and workspaces as far as they are known. */
export async function accountsOf({
  store,
  connections,
}: Pick<KommoStepOptions, 'store' | 'connections'>): Promise<OtherConnection[]> {
  const names = [...connections()];
  const known = await connectionAccounts(await store.db(), names);
  return names.map((name) => {
    const { accountId = null, workspaceId = null } =
      known.find(({ connection }) => connection === name) ?? {};
    return { name, accountId, workspaceId };
  });
}
