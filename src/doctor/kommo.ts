import { type ConfigProblem, type ConnectionConfig, resolveRules } from '../config/index.ts';
import type { Catalog } from '../domain/entities.ts';
import { DeliveryError } from '../domain/errors.ts';
import type { KommoClient } from '../kommo/index.ts';
import { failure, fromError, ok, type Verdict, warning } from './finding.ts';

/** Address and token: the account that answers. @returns whether further calls make sense. */
export async function checkAccount(
  kommo: Pick<KommoClient, 'account'>,
  url: string,
  signal?: AbortSignal,
): Promise<{ isOpen: boolean; verdicts: Verdict[] }> {
  try {
    const { name, subdomain, timezone, id } = await kommo.account({ signal });
    const message = `Kommo accepts the token: account "${name}" (${subdomain}, id ${id}), time zone ${timezone}`;
    return { isOpen: true, verdicts: [ok(message)] };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    // A missing right or one bad answer says nothing about the other calls; all else does.
    const isOpen = error.failure === 'permanent' || (error.status ?? 0) >= 500 || isMissingRight(error);
    return { isOpen, verdicts: [accountFailure(error, url)] };
  }
}

function accountFailure(error: DeliveryError, url: string): Verdict {
  const { status, systemCode, failure: kind } = error;
  if (status === 401) {
    const where = 'Kommo > Settings > Integrations > your private integration > Keys and scopes';
    return failure(error.message, `Make a long-lived token in ${where}, and set kommo.token to it.`);
  }
  if (status === 402) return failure(error.message, 'Pay for the account in Kommo > Settings > Billing.');
  if (status === 403 && kind === 'throttled') {
    return failure(
      error.message,
      'Stop other programs that use this account too, and write to Kommo support: only they lift the block.',
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

/** What is read of Kommo while Stagepost works. No deal has the id 1 by chance: Kommo's ids are far higher. */
const NOBODY = [1];

/** Which rights the token lacks, as far as reading shows them. Whether it may write is only seen at a write. */
export async function checkRights(
  kommo: Pick<
    KommoClient,
    'users' | 'deals' | 'contacts' | 'companies' | 'notesOf' | 'tasksOf' | 'dealMoves'
  >,
  nowSeconds: number,
  signal?: AbortSignal,
): Promise<Verdict[]> {
  const how = { signal };
  const reads: [what: string, read: () => Promise<unknown>][] = [
    ['deals', () => kommo.deals(NOBODY, how)],
    ['contacts', () => kommo.contacts(NOBODY, how)],
    ['companies', () => kommo.companies(NOBODY, how)],
    ['notes', () => kommo.notesOf(NOBODY, nowSeconds, how)],
    ['tasks', () => kommo.tasksOf(NOBODY, nowSeconds, how)],
    ['the events log', () => kommo.dealMoves({ dealIds: NOBODY, from: nowSeconds }, how)],
  ];
  const missing: string[] = [];
  for (const [what, read] of reads) if (!(await isAllowed(read))) missing.push(what);
  const verdicts = missing.length > 0 ? [lacking(missing)] : [];
  if (!(await isAllowed(() => kommo.users(how)))) verdicts.push(withoutUsers());
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

const ADMIN = 'Make the token as an administrator of the account: it has the rights of the user who made it.';

function lacking(missing: string[]): Verdict {
  return failure(`The token has no right to read ${missing.join(', ')}`, ADMIN);
}

function withoutUsers(): Verdict {
  return warning(
    'The token may not read users: values such as deal.responsible_user.name stay empty, and webhooks cannot be checked',
    ADMIN,
  );
}

/**
 * Pipelines, stages and fields that the configuration names. What reactions set has a check of its own, so its
 * warnings are left out here.
 */
export function checkNames(connection: ConnectionConfig, catalog: Catalog): Verdict[] {
  const resolved = resolveRules(connection, catalog);
  if (!resolved.ok) return resolved.problems.map((problem) => wrongName(problem));
  const { stages } = resolved.rules;
  const pipelines = [...new Set(stages.map((stage) => stage.pipelineName))];
  if (stages.length === 0) return [ok('No stage is named, and every field that is named exists')];
  const names = pipelines.map((name) => `"${name}"`).join(', ');
  const all = `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'}`;
  return [ok(`Every name exists: ${all} of ${names}, and all fields`)];
}

function wrongName({ message, path, line, hint }: ConfigProblem): Verdict {
  return failure(`${path} (line ${line}): ${message}`, hint ?? 'Correct the name in the configuration.');
}
