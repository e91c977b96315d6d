import { checkRights } from '../doctor/kommo.ts';
import { whyTokenRefused } from '../doctor/token-advice.ts';
import { DeliveryError } from '../domain/errors.ts';
import { type KommoClient, readToken } from '../kommo/index.ts';
import type { KommoCheck } from './answers.ts';
import { good, note, problem, warning } from './finding.ts';
import type { SetupFinding } from './schemas.ts';

export interface KommoQuestion {
  kommo: Pick<
    KommoClient,
    | 'profile'
    | 'userRights'
    | 'webhooks'
    | 'users'
    | 'deals'
    | 'contacts'
    | 'companies'
    | 'notesOf'
    | 'tasksOf'
    | 'dealMoves'
  >;
  /** The account's address. */
  url: string;
  /** The long-lived token; null with OAuth. */
  token: string | null;
  /** The connections that exist, with the numbers of their Kommo accounts. */
  others: readonly { name: string; accountId: number | null }[];
  /** ms. */
  now: number;
}

/** Asks Kommo who the token is and what it may do. Reads only. Never throws because of Kommo. */
export async function checkKommo(question: KommoQuestion): Promise<KommoCheck> {
  const { kommo, token, now } = question;
  const validUntil = token === null ? null : (readToken(token)?.endsAt ?? null);
  const empty = { at: now, account: null, user: null, validUntil, pollingNeeded: false };
  let profile: Awaited<ReturnType<KommoClient['profile']>>;
  try {
    profile = await kommo.profile();
  } catch (error) {
    return { ...empty, findings: [accessProblem(error, question)] };
  }
  const { account, currency } = profile;
  const [user, missing] = await Promise.all([
    userOf(kommo, profile.userId),
    missingRights(kommo, Math.floor(now / 1000)),
  ]);
  const webhooks = user?.isAdmin ? await webhookRefusal(kommo) : null;
  const { id, name, subdomain, timezone, country } = account;
  return {
    ...empty,
    account: { id, name, subdomain, currency, timezone, country },
    user,
    pollingNeeded: webhooks !== null,
    findings: [
      accepted(account, currency, user),
      ...missing,
      ...(user === null || !user.isAdmin ? [notAdmin(user)] : []),
      ...(webhooks === null ? [] : [webhooks]),
      ...endOf(validUntil, now),
      ...sameAccount(account.id, question),
    ],
  };
}

type User = KommoCheck['user'];
type Account = Awaited<ReturnType<KommoClient['profile']>>['account'];

function accepted({ name, timezone }: Account, currency: string | null, user: User): SetupFinding {
  const money = currency === null ? '' : `, amounts in ${currency}`;
  const person = user === null ? '' : ` The access is that of ${user.name}.`;
  return good('kommo_accepted', `Connected to “${name}”${money}, time zone ${timezone}.${person}`);
}

async function userOf(kommo: KommoQuestion['kommo'], id: number | null): Promise<User> {
  if (id === null) return null;
  const user = await kommo.userRights(id).catch(() => null);
  return user && { name: user.name, isAdmin: user.isAdmin };
}

const ADMIN =
  'Let an administrator of the account create the token, or allow access: it has the rights of that person.';

async function missingRights(kommo: KommoQuestion['kommo'], nowSeconds: number): Promise<SetupFinding[]> {
  const verdicts = await checkRights(kommo, nowSeconds).catch(() => null);
  if (verdicts === null)
    return [
      warning('kommo_rights_unknown', 'Kommo did not say what this access may read.', {
        todo: 'Check again in a minute.',
      }),
    ];
  return verdicts
    .filter(({ status }) => status === 'failure')
    .map(({ message }) => problem('kommo_rights_missing', `${message}.`, { field: 'token', todo: ADMIN }));
}

function notAdmin(user: User): SetupFinding {
  const name = user === null ? 'The user of this access' : user.name;
  return warning(
    'kommo_not_admin',
    `${name} is not an administrator: Stagepost can neither register its webhook nor make fields, and does not see the names of users.`,
    { field: 'token', todo: ADMIN },
  );
}

/** Kommo docs: the API for webhooks belongs to the plans Advanced, Pro and Enterprise; others answer 402 or 403. */
async function webhookRefusal(kommo: KommoQuestion['kommo']): Promise<SetupFinding | null> {
  try {
    await kommo.webhooks();
    return null;
  } catch (error) {
    const isRefusal =
      error instanceof DeliveryError &&
      error.failure !== 'throttled' &&
      (error.status === 402 || error.status === 403);
    if (!isRefusal) return null;
    return warning('kommo_plan_without_webhooks', 'The plan of this account has no webhooks.', {
      field: 'changes',
      todo: 'Stagepost reads Kommo’s log of changes instead, every 20 seconds: campaigns then start within 20 seconds. Or change to a plan with webhooks.',
    });
  }
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 60;

function endOf(endsAt: number | null, now: number): SetupFinding[] {
  if (endsAt === null) return [];
  const days = Math.ceil((endsAt - now) / DAY_MS);
  const date = new Date(endsAt).toISOString().slice(0, 10);
  const sentence = `The token is valid until ${date} (${days} ${days === 1 ? 'day' : 'days'}). Stagepost says so weeks before.`;
  return [
    days <= SOON_DAYS ? warning('kommo_token_ends_soon', sentence) : note('kommo_token_ends', sentence),
  ];
}

function sameAccount(accountId: number, { others }: KommoQuestion): SetupFinding[] {
  const same = others.filter((other) => other.accountId === accountId).map(({ name }) => name);
  if (same.length === 0) return [];
  return [
    warning(
      'kommo_account_used',
      `The connection ${same.join(', ')} has the same Kommo account: every stage change will be handled by both.`,
      {
        field: 'url',
        todo: 'Go on only if both have different rules or different workspaces in Customer.io.',
      },
    ),
  ];
}

const KEYS = 'In Kommo open Settings > Integrations > your private integration > Keys and scopes';

/** Why Kommo does not let us in. */
function accessProblem(error: unknown, { url, token, now }: KommoQuestion): SetupFinding {
  const host = new URL(url).host;
  const again = { todo: 'Check again in a minute.' };
  if (!(error instanceof DeliveryError)) return problem('kommo_failed', 'The check itself failed.', again);
  const { status, systemCode, failure: kind } = error;
  if (status === 401) {
    const todo =
      token === null
        ? 'Allow access in Kommo again, as an administrator.'
        : `${whyTokenRefused({ token, url, others: [], now })} ${KEYS} and copy the long-lived token again.`;
    return problem('kommo_token_refused', `Kommo (${host}) does not accept this access.`, {
      field: 'token',
      todo,
    });
  }
  if (status === 402)
    return problem('kommo_unpaid', 'Kommo asks for a payment before it lets anybody use this account.', {
      todo: 'Pay for it in Kommo > Settings > Billing.',
      url: `${url}/settings/billing/`,
    });
  const isUnknownHost = systemCode === 'ENOTFOUND' || systemCode === 'EAI_AGAIN';
  if (isUnknownHost || (status !== null && [301, 302, 303, 307, 308, 404, 410].includes(status)))
    return problem('kommo_address_unknown', `There is no Kommo account at ${host}.`, {
      field: 'url',
      todo: 'Open Kommo in your browser and copy the address from its first line.',
    });
  if (kind === 'throttled')
    return problem('kommo_busy', 'Kommo has too many requests for this account at the moment.', again);
  if (kind === 'unauthorized')
    return problem('kommo_token_refused', error.message, { field: 'token', todo: ADMIN });
  return problem('kommo_unreachable', `${host} did not answer: ${error.message}`, again);
}
