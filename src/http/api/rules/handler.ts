import { RateLimit } from '../../../lib/rate-limit.ts';
import { RulesError, type RulesErrorCode } from '../../../rules-admin/errors.ts';
import type { RulesService } from '../../../rules-admin/rules-service.ts';
import type { PreviewSubject } from '../../../rules-admin/schemas.ts';
import type { Actor } from '../../../store/users/actor.ts';
import { addAudit } from '../../../store/users/audit.ts';
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
  | 'eventPreview'
  | 'ruleCompare'
  | 'rulePublish'
  | 'ruleDifference'
>;

/** How many previews a user may ask for in a minute: each reads Kommo, whose seven calls a second deliveries need. */
const PREVIEWS_A_MINUTE = 30;
const MINUTE_MS = 60_000;

/** Shows and edits the rules. */
export function ruleHandlers({ connections, database, now }: ApiServices): Rules {
  const previews = new RateLimit({ max: PREVIEWS_A_MINUTE, windowMs: MINUTE_MS, now });
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
      onRules(connection, context, async (rules, user) => {
        countPreview(previews, user);
        const { db } = await database();
        // Before the deal is read, so that no preview goes without its entry.
        await addAudit(
          db,
          { actor: context.actor, at: now() },
          { what: 'rules_tried', connection, detail: subjectOf(on) },
        );
        return rules.preview(user, on, draft);
      }),
    eventPreview: async ({ query: { connection, event } }, context) =>
      onRules(connection, context, async (rules, user) => {
        countPreview(previews, user);
        return rules.preview(user, { kind: 'event', id: event }, undefined);
      }),
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

/** @throws HttpError 429 */
function countPreview(previews: RateLimit, user: string): void {
  const waitMs = previews.take(user);
  if (waitMs === 0) return;
  throw new HttpError(
    429,
    `You may try rules ${PREVIEWS_A_MINUTE} times a minute.`,
    Math.ceil(waitMs / 1000),
  );
}

/** For the audit log. */
function subjectOf(on: PreviewSubject): string {
  return on.kind === 'deal' ? `deal ${on.dealId}` : `event ${on.id}`;
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
