import type { Finding } from '../../../doctor/finding.ts';
import { addAudit, type NewAuditEntry } from '../../../store/users/audit.ts';
import { HttpError } from '../../http-error.ts';
import type { ConnectionScope } from '../connection-scope.ts';
import { shownRequest } from '../event/request-body.ts';
import { findConnection, selectConnections } from '../find-connection.ts';
import type { Context, Handlers } from '../routes.ts';
import type { ApiServices, ConsoleConnection } from '../services.ts';
import type { ConnectionChecks } from './contract.ts';

/** Findings that are older than this, in ms, are refreshed when they are requested. */
const FRESH_MS = 5 * 60_000;

/** The checks of `stagepost doctor`, and tests of the two webhook endpoints. */
export function checkHandlers(
  services: ApiServices,
): Pick<Handlers, 'checks' | 'runChecks' | 'mendCheck' | 'testWebhook'> {
  const { connections, publicUrl } = services;

  /** What is done outside of the database cannot share a transaction with its entry. It is written before. */
  async function audit(context: Context, entry: NewAuditEntry): Promise<void> {
    const { db } = await services.database();
    await addAudit(db, { actor: context.actor, at: services.now() }, entry);
  }

  return {
    checks: async ({ query }, { scope }) => {
      const selected = selectConnections(connections, query.connection, scope);
      // Only for a single connection: with all at once, the one that is shown would wait for the others.
      if (selected.length === 1) selected[0]!.checks.startIfOlder(FRESH_MS);
      return { publicUrl: publicUrl(), connections: selected.map(shownChecks) };
    },
    runChecks: async ({ body: { connection: name } }, context) => {
      const connection = connectionRunHere(connections, name, context.scope);
      await audit(context, { what: 'checks_run', connection: name, detail: name });
      connection.checks.start();
      return shownChecks(connection);
    },
    mendCheck: async ({ body: { connection: name, check } }, context) => {
      const connection = connectionRunHere(connections, name, context.scope);
      const entry = { what: 'mended', connection: name } as const;
      await audit(context, { ...entry, detail: `${name}, ${check}: begun` });
      const findings = await connection.checks.fix(check);
      if (!findings) throw runByAnotherProcess(name);
      await audit(context, { ...entry, detail: `${name}, ${check}: ${outcomeOf(findings)}` });
      return shownChecks(connection);
    },
    testWebhook: async ({ body: { connection: name, side } }, context) => {
      const connection = findConnection(connections, name, context.scope);
      await audit(context, { what: 'webhook_tested', connection: name, detail: `${name}, ${side}` });
      const { steps, stored } = await connection.checks.testWebhook(side);
      return { steps, request: stored && shownRequest(stored) };
    },
  };
}

function shownChecks({ name, checks }: ConsoleConnection): ConnectionChecks {
  const { findings, ...known } = checks.known();
  return { connection: name, ...known, findings: findings.map(shownFinding) };
}

function shownFinding({ check, status, message, todo, fix }: Finding): ConnectionChecks['findings'][number] {
  const side = check.startsWith('kommo') ? 'kommo' : 'customerio';
  return { check, side, status, message, todo, mend: fix };
}

/** @throws HttpError 404, or 409 where this process does not run the connection */
function connectionRunHere(
  connections: ApiServices['connections'],
  name: string,
  scope: ConnectionScope,
): ConsoleConnection {
  const connection = findConnection(connections, name, scope);
  const { place } = connection.checks.known();
  if (place === 'elsewhere') throw runByAnotherProcess(name);
  if (place === 'paused') throw new HttpError(409, `${name} is paused. Resume it first.`);
  if (place === 'starting') throw new HttpError(409, `${name} is being started. Try again in a moment.`, 2);
  return connection;
}

function runByAnotherProcess(name: string): HttpError {
  return new HttpError(
    409,
    `Another Stagepost process runs ${name}, and only that one may call its Kommo account. Send the request to that process.`,
  );
}

/** The findings for the audit log. They never contain a secret. */
function outcomeOf(findings: Finding[]): string {
  return findings
    .map(({ message }) => message)
    .join('; ')
    .slice(0, 500);
}
