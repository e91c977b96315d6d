import { RulesError, type RulesErrorCode } from '../../../rules-admin/errors.ts';
import type { RulesService } from '../../../rules-admin/rules-service.ts';
import type { Actor } from '../../../store/users/actor.ts';
import { HttpError } from '../../http-error.ts';
import { findConnection } from '../find-connection.ts';
import type { Context, Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';

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
export function ruleHandlers({ connections }: ApiServices): Rules {
  const onRules = <T>(
    name: string,
    { scope, actor }: Context,
    run: (rules: RulesService, user: string) => Promise<T>,
  ) => withHttpErrors(run(findConnection(connections, name, scope).rules, userKey(actor)));
  return {
    rules: async ({ query }, context) =>
      onRules(query.connection, context, (rules, user) => rules.overview(user)),
    ruleSource: async ({ query: { connection, version } }, context) =>
      onRules(connection, context, (rules, user) => rules.source(user, version)),
    ruleVersions: async ({ query }, context) =>
      onRules(query.connection, context, (rules) => rules.versions()),
    ruleHelp: async ({ query }, context) => onRules(query.connection, context, (rules) => rules.help()),
    ruleCheck: async ({ body: { connection, draft } }, context) =>
      onRules(connection, context, (rules, user) => rules.check(user, draft)),
    rulePreview: async ({ body: { connection, draft, on } }, context) =>
      onRules(connection, context, (rules, user) => rules.preview(user, on, draft)),
    ruleCompare: async ({ body: { connection, draft, events } }, context) =>
      onRules(connection, context, (rules, user) => rules.compare(user, draft, events)),
    ruleDifference: async ({ query: { connection, from, to } }, context) =>
      onRules(connection, context, (rules, user) => rules.difference(user, from, to)),
    rulePublish: async ({ body: { connection, ...publication } }, context) =>
      onRules(connection, context, (rules, user) =>
        rules.publish(publication, { user, actor: context.actor }),
      ),
  };
}

/** The same for all sessions of a person. */
function userKey({ kind, id, name }: Actor): string {
  return id === null ? `${kind} ${name}` : `${kind} ${id}`;
}

const STATUS: Record<RulesErrorCode, number> = {
  invalid: 400,
  not_found: 404,
  conflict: 409,
  busy: 429,
  overloaded: 503,
  internal: 500,
  unavailable: 503,
};
/** A comparison, or a task on a draft that reaches its deadline, takes a few seconds. */
const RETRY_WHEN_BUSY_SECONDS = 5;

async function withHttpErrors<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    const retryAfter = ['busy', 'overloaded'].includes(error.code) ? RETRY_WHEN_BUSY_SECONDS : null;
    throw new HttpError(STATUS[error.code], error.message, retryAfter);
  }
}
