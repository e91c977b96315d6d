import { type ConfigProblem, type ConnectionConfig, resolveRules } from '../config/index.ts';
import type { Catalog } from '../domain/entities.ts';
import { DeliveryError } from '../domain/errors.ts';
import type { KommoClient } from '../kommo/index.ts';
import { failure, fromError, ok, type Verdict, warning } from './finding.ts';
import { type RefusedToken, validityOf, whyTokenRefused } from './token-advice.ts';

/** The long-lived token that is checked, for advice about it. */
export type CheckedToken = Omit<RefusedToken, 'url'>;

/** Checks the address and the token. `isOpen`: whether the other checks of Kommo make sense. */
export async function checkAccount(
  kommo: Pick<KommoClient, 'account'>,
  url: string,
  checked: CheckedToken | null,
  signal?: AbortSignal,
): Promise<{ isOpen: boolean; verdicts: Verdict[] }> {
  try {
    const { name, subdomain, timezone, unknownTimezone, id } = await kommo.account({ signal });
    const message = `Kommo accepts the token: account "${name}" (${subdomain}, id ${id}), time zone ${timezone}`;
    const zone = unknownTimezone === undefined ? [] : [unknownZone(unknownTimezone, timezone)];
    return { isOpen: true, verdicts: [ok(message), ...validity(checked), ...zone] };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    // A missing right or a single bad answer does not mean that other calls fail, too. Everything else does.
    const isOpen = error.failure === 'permanent' || (error.status ?? 0) >= 500 || isMissingRight(error);
    return { isOpen, verdicts: [accountFailure(error, url, checked)] };
  }
}

function unknownZone(name: string, timezone: string): Verdict {
  return warning(
    `The account's time zone "${name}" is not in the list of zones, so ${timezone} is used: dates may be an hour off for half of the year`,
    'Choose the zone again in Kommo > Settings > General settings.',
  );
}

const ASK_SERVER =
  'Use the page Connections of the running Stagepost, or doctor with the same --public-url and configuration as it; where none runs, start it and authorize there.';
const AUTHORIZE_AGAIN = 'Press Authorize again on the page Connections of the console.';
const KEYS = 'Kommo > Settings > Integrations > your private integration > Keys and scopes';

function validity(checked: CheckedToken | null): Verdict[] {
  if (checked === null) return [];
  const { token, now } = checked;
  const valid = validityOf(token, now);
  if (valid === null) return [];
  const todo = `Create a new long-lived token in ${KEYS} before then, set kommo.token to it, and restart.`;
  return [valid.isSoon ? warning(valid.message, todo) : ok(valid.message)];
}

function accountFailure(error: DeliveryError, url: string, checked: CheckedToken | null): Verdict {
  const { status, systemCode, failure: kind } = error;
  if (checked === null && kind === 'unauthorized' && (status === null || status === 401))
    return failure(error.message, status === null ? ASK_SERVER : AUTHORIZE_AGAIN);
  if (status === 401 && checked !== null) {
    const why = whyTokenRefused({ ...checked, url });
    return failure(
      error.message,
      `${why} Or create a long-lived token in ${KEYS}, and set kommo.token to it.`,
    );
  }
  if (status === 402) return failure(error.message, 'Pay for the account in Kommo > Settings > Billing.');
  if (status === 403 && kind === 'throttled') {
    return failure(
      error.message,
      'Stop other programs that use this account, and contact Kommo support: only they can lift the block.',
    );
  }
  if (status === null) {
    const isUnknownHost = systemCode === 'ENOTFOUND' || systemCode === 'EAI_AGAIN';
    const reason = isUnknownHost ? 'the host name is not known' : 'nothing answers there';
    const todo = `Check kommo.url (${url}: ${reason}), the DNS and the firewall of this machine.`;
    return failure(error.message, todo);
  }
  return fromError(error);
}

export function isMissingRight(error: unknown): boolean {
  return error instanceof DeliveryError && error.status === 403 && error.failure === 'unauthorized';
}

/** An id that no deal has: Kommo's ids are far higher. Reading it shows whether the right is there. */
const UNUSED_ID = [1];

/** Which rights for reading the token lacks. Rights for writing only show when something is written. */
export async function checkRights(
  kommo: Pick<
    KommoClient,
    'users' | 'deals' | 'contacts' | 'companies' | 'notesOf' | 'tasksOf' | 'dealMoves'
  >,
  nowSeconds: number,
  signal?: AbortSignal,
): Promise<Verdict[]> {
  const options = { signal };
  const reads: [what: string, read: () => Promise<unknown>][] = [
    ['deals', () => kommo.deals(UNUSED_ID, options)],
    ['contacts', () => kommo.contacts(UNUSED_ID, options)],
    ['companies', () => kommo.companies(UNUSED_ID, options)],
    ['notes', () => kommo.notesOf(UNUSED_ID, nowSeconds, options)],
    ['tasks', () => kommo.tasksOf(UNUSED_ID, nowSeconds, options)],
    ['the events log', () => kommo.dealMoves({ dealIds: UNUSED_ID, from: nowSeconds }, options)],
  ];
  const missing: string[] = [];
  for (const [what, read] of reads) if (!(await isAllowed(read))) missing.push(what);
  const verdicts = missing.length > 0 ? [missingRights(missing)] : [];
  if (!(await isAllowed(() => kommo.users(options)))) verdicts.push(usersHidden());
  if (verdicts.length > 0) return verdicts;
  return [ok('The token may read deals, contacts, companies, notes, tasks, events and users')];
}

async function isAllowed(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (isMissingRight(error)) return false;
    throw error;
  }
}

const ADMIN =
  'Create the token as an administrator of the account: a token has the rights of the user who created it.';

function missingRights(missing: string[]): Verdict {
  return failure(`The token has no right to read ${missing.join(', ')}`, ADMIN);
}

function usersHidden(): Verdict {
  return warning(
    'The token may not read users: values such as deal.responsible_user.name stay empty, and the webhook cannot be checked',
    ADMIN,
  );
}

/** Whether the pipelines, stages and fields of the rules exist. Fields that reactions set have a check of their own. */
export function checkNames(connection: ConnectionConfig, catalog: Catalog): Verdict[] {
  const resolved = resolveRules(connection, catalog);
  if (!resolved.ok) return resolved.problems.map((problem) => wrongName(problem));
  const { stages } = resolved.rules;
  const pipelines = [...new Set(stages.map((stage) => stage.pipelineName))];
  if (stages.length === 0) return [ok('The rules name no stage, and every field they name exists')];
  const names = pipelines.map((name) => `"${name}"`).join(', ');
  const all = `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'}`;
  return [ok(`Every name exists: ${all} of ${names}, and all fields`)];
}

function wrongName({ message, path, line, hint }: ConfigProblem): Verdict {
  return failure(`${path} (line ${line}): ${message}`, hint ?? 'Correct the name in the configuration.');
}
