import type { Finding } from '../../../doctor/finding.ts';
import type { ConnectionChecks } from '../contract.ts';
import { shownRequest } from '../event/request-body.ts';
import type { Audit } from '../people/audit.ts';
import { type Handlers, HttpError } from '../routes.ts';
import { connectionNamed } from '../rules/handler.ts';
import type { ConsoleConnection, ConsoleOptions } from '../services.ts';

/** A look at findings that are older than this, in ms, begins another run. */
const FRESH_MS = 5 * 60_000;

/** The checks of `stagepost doctor`, and tests of the two doors. */
export function checkHandlers(
  { connections, publicUrl }: ConsoleOptions,
  audit: Audit,
): Pick<Handlers, 'checks' | 'runChecks' | 'mendCheck' | 'testWebhook'> {
  return {
    checks: async ({ query }) => {
      const asked =
        query.connection === undefined ? connections : [connectionNamed(connections, query.connection)];
      // Not for many at once: somebody who looks at one of them waits for that one.
      if (asked.length === 1) asked[0]!.checks.startIfOlder(FRESH_MS);
      return { publicUrl: publicUrl(), connections: asked.map(shown) };
    },
    runChecks: async ({ body }) => {
      const connection = runHere(connections, body.connection);
      connection.checks.start();
      return shown(connection);
    },
    mendCheck: async ({ body: { connection: name, check } }, context) => {
      const connection = runHere(connections, name);
      const findings = await connection.checks.fix(check);
      if (!findings) throw elsewhere(name);
      await audit(context, 'mended', `${name}, ${check}: ${outcomeOf(findings)}`);
      return shown(connection);
    },
    testWebhook: async ({ body: { connection, side } }) => {
      const { steps, stored } = await connectionNamed(connections, connection).checks.testWebhook(side);
      return { steps, request: stored && shownRequest(stored) };
    },
  };
}

function shown({ name, checks }: ConsoleConnection): ConnectionChecks {
  const { findings, ...known } = checks.known();
  return { connection: name, ...known, findings: findings.map(shownFinding) };
}

function shownFinding({ check, status, message, todo, fix }: Finding): ConnectionChecks['findings'][number] {
  const side = check.startsWith('kommo') ? 'kommo' : 'customerio';
  return { check, side, status, message, todo, mend: fix };
}

/** @throws Refusal 404, 409 */
function runHere(connections: ConsoleConnection[], name: string): ConsoleConnection {
  const connection = connectionNamed(connections, name);
  const { place } = connection.checks.known();
  if (place === 'elsewhere') throw elsewhere(name);
  if (place === 'starting') throw new HttpError(409, `${name} is being started. Try again in a moment.`, 2);
  return connection;
}

function elsewhere(name: string): HttpError {
  return new HttpError(
    409,
    `Another Stagepost process runs ${name}, and only that one may call its Kommo account. Ask that one.`,
  );
}

/** For the audit log. No finding holds a secret. */
function outcomeOf(findings: Finding[]): string {
  return findings
    .map(({ message }) => message)
    .join('; ')
    .slice(0, 500);
}
