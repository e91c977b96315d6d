import { RulesError, type RulesErrorCode } from '../../../rules-admin/errors.ts';
import type { RulesService } from '../../../rules-admin/rules-service.ts';
import { type Handlers, HttpError } from '../routes.ts';
import type { ConsoleConnection, ConsoleOptions } from '../services.ts';

type Rules = Pick<
  Handlers,
  | 'rules'
  | 'ruleSource'
  | 'ruleVersions'
  | 'ruleHelp'
  | 'ruleCheck'
  | 'rulePreview'
  | 'ruleCompare'
  | 'rulePublish'
  | 'ruleDifference'
>;

/** Shows and edits the rules. */
export function ruleHandlers({ connections }: ConsoleOptions): Rules {
  const onRules = <T>(name: string, run: (rules: RulesService) => Promise<T>) =>
    withHttpErrors(run(connectionNamed(connections, name).rules));
  return {
    rules: async ({ query }) => onRules(query.connection, (rules) => rules.overview()),
    ruleSource: async ({ query: { connection, version } }) =>
      onRules(connection, (rules) => rules.source(version)),
    ruleVersions: async ({ query }) => onRules(query.connection, (rules) => rules.versions()),
    ruleHelp: async ({ query }) => onRules(query.connection, (rules) => rules.help()),
    ruleCheck: async ({ body: { connection, draft } }) => onRules(connection, (rules) => rules.check(draft)),
    rulePreview: async ({ body: { connection, draft, on } }) =>
      onRules(connection, (rules) => rules.preview(on, draft)),
    ruleCompare: async ({ body: { connection, draft, events } }) =>
      onRules(connection, (rules) => rules.compare(draft, events)),
    ruleDifference: async ({ query: { connection, from, to } }) =>
      onRules(connection, (rules) => rules.difference(from, to)),
    rulePublish: async ({ body: { connection, ...publication } }, { who, request }) =>
      onRules(connection, (rules) => rules.publish(publication, { name: who!.name, address: request.ip })),
  };
}

const STATUS: Record<RulesErrorCode, number> = {
  invalid: 400,
  not_found: 404,
  conflict: 409,
  busy: 429,
  internal: 500,
  unavailable: 503,
};
/** A comparison takes a few seconds. */
const RETRY_WHEN_BUSY_SECONDS = 5;

async function withHttpErrors<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    const retryAfter = error.code === 'busy' ? RETRY_WHEN_BUSY_SECONDS : null;
    throw new HttpError(STATUS[error.code], error.message, retryAfter);
  }
}

/** @throws Refusal 404 */
export function connectionNamed(connections: ConsoleConnection[], name: string): ConsoleConnection {
  const connection = connections.find((candidate) => candidate.name === name);
  if (connection) return connection;
  const names = connections.map((candidate) => candidate.name).join(', ');
  throw new HttpError(404, `There is no such connection. There are: ${names}.`);
}
