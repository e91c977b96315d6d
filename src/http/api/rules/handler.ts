import type { StageRef } from '../../../domain/entities.ts';
import { oneLine } from '../../../lib/one-line.ts';
import { RateLimit } from '../../../lib/rate-limit.ts';
import { RulesError, type RulesErrorCode } from '../../../rules-admin/errors.ts';
import type { RulesService } from '../../../rules-admin/rules-service.ts';
import type { PreviewSubject } from '../../../rules-admin/schemas.ts';
import type { Db } from '../../../store/database/database.ts';
import { recentDeals } from '../../../store/deals/recent-deals.ts';
import type { ListedCase } from '../../../store/rule-cases.ts';
import type { Actor, Authorship } from '../../../store/users/actor.ts';
import { addAudit } from '../../../store/users/audit.ts';
import { HttpError } from '../../http-error.ts';
import { findConnection } from '../find-connection.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { Context, Handlers } from '../routes.ts';
import { findMatches, MAX_RESULTS, type Match, matchesOf } from '../search/find.ts';
import { resultsOf } from '../search/handler.ts';
import type { ApiServices } from '../services.ts';
import { dealIdIn } from '../subjects/deal-id.ts';
import type { SentTest } from './edit-schemas.ts';

type Rules = Pick<
  Handlers,
  | 'rules'
  | 'ruleSource'
  | 'ruleVersions'
  | 'ruleHelp'
  | 'ruleCheck'
  | 'ruleEffects'
  | 'rulePreview'
  | 'eventPreview'
  | 'sampleDeals'
  | 'ruleRender'
  | 'ruleTest'
  | 'ruleCompare'
  | 'rulePublish'
  | 'ruleCases'
  | 'saveRuleCase'
  | 'judgeRuleCases'
  | 'changeRuleCase'
  | 'deleteRuleCase'
  | 'ruleDifference'
>;

/** How many previews a user may ask for in a minute: each reads Kommo, whose seven calls a second deliveries need. */
const PREVIEWS_A_MINUTE = 30;
/** How many times: the texts of a draft are rendered anew while they are typed, mostly without a reading. */
const RENDERINGS_A_MINUTE = 120;
/** How many tests are sent for a connection in a minute: each can be an email. */
const TESTS_A_MINUTE = 10;
const MINUTE_MS = 60_000;
/** A user who types a text for a deal leaves one entry in this time. */
const SAME_TRY_MS = 10 * MINUTE_MS;

/** Shows and edits the rules. */
export function ruleHandlers({ connections, database, now }: ApiServices, pipelines: PipelineCache): Rules {
  const previews = new RateLimit({ max: PREVIEWS_A_MINUTE, windowMs: MINUTE_MS, now });
  const renderings = new RateLimit({ max: RENDERINGS_A_MINUTE, windowMs: MINUTE_MS, now });
  const tests = new RateLimit({ max: TESTS_A_MINUTE, windowMs: MINUTE_MS, now });
  const sameTries = new RateLimit({ max: 1, windowMs: SAME_TRY_MS, now });
  const auditTry = async (connection: string, actor: Actor, detail: string) =>
    addAudit((await database()).db, { actor, at: now() }, { what: 'rules_tried', connection, detail });
  const by = ({ actor }: Context): Authorship => ({ actor, at: now() });
  const onRules = <T>(
    name: string,
    { scope, actor }: Context,
    run: (rules: RulesService, user: string) => Promise<T>,
  ) => withHttpErrors(run(findConnection(connections, name, scope).rules, userKey(actor)));
  const startedBy = async (
    name: string,
    { scope }: Context,
    event: string,
  ): Promise<Pick<SentTest, 'campaign' | 'campaigns'>> => {
    const { coverage } = await findConnection(connections, name, scope).coverage.current([
      { event, from: [] },
    ]);
    const found = coverage?.events[0];
    if (!found) return { campaign: 'unknown', campaigns: [] };
    const running = found.campaigns.filter(({ state }) => state === 'running').map((one) => one.name);
    return { campaign: running.length > 0 ? 'running' : 'none', campaigns: running };
  };
  return {
    rules: async ({ query }, context) =>
      onRules(query.connection, context, (rules, user) => rules.overview(user, context.language)),
    ruleSource: async ({ query: { connection, version } }, context) =>
      onRules(connection, context, (rules, user) => rules.source(user, version)),
    ruleVersions: async ({ query }, context) =>
      onRules(query.connection, context, (rules) => rules.versions()),
    ruleHelp: async ({ query }, context) => onRules(query.connection, context, (rules) => rules.help()),
    ruleCheck: async ({ body: { connection, draft } }, context) =>
      onRules(connection, context, (rules, user) => rules.check(user, draft, context.language)),
    ruleEffects: async ({ body: { connection, draft } }, context) =>
      onRules(connection, context, (rules, user) => rules.effects(user, draft)),
    rulePreview: async ({ body: { connection, draft, on } }, context) =>
      onRules(connection, context, async (rules, user) => {
        countUse(previews, user, PREVIEWS_A_MINUTE);
        // Before the deal is read, so that no preview goes without its entry.
        await auditTry(connection, context.actor, subjectOf(on));
        return rules.preview(user, on, draft, context.language);
      }),
    eventPreview: async ({ query: { connection, event } }, context) =>
      onRules(connection, context, async (rules, user) => {
        countUse(previews, user, PREVIEWS_A_MINUTE);
        return rules.preview(user, { kind: 'event', id: event }, undefined, context.language);
      }),
    sampleDeals: async ({ query: { connection, q, pipeline, stage } }, { scope, words }) => {
      const { name } = findConnection(connections, connection, scope);
      const { db } = await database();
      const place = pipeline && stage ? { pipelineId: pipeline, stageId: stage } : null;
      const matches = q === '' ? await recentMatches(db, name, place) : await matchesFor(db, name, q);
      const ofDeals = matches.filter(({ dealId }) => dealId !== null);
      return {
        results: await resultsOf(db, name, ofDeals, { now: Math.floor(now() / 1000), words }, pipelines),
      };
    },
    ruleRender: async ({ body: { connection, ...request } }, context) =>
      onRules(connection, context, async (rules, user) => {
        countUse(renderings, user, RENDERINGS_A_MINUTE);
        const what = `${user} ${connection} ${request.dealId}`;
        if (sameTries.isFree(what)) {
          countUse(previews, user, PREVIEWS_A_MINUTE);
          await auditTry(connection, context.actor, `deal ${request.dealId}`);
          sameTries.take(what);
        }
        return rules.render(user, request);
      }),
    ruleTest: async ({ body: { connection, draft, ...request } }, context) =>
      onRules(connection, context, async (rules, user) => {
        const waitMs = tests.take(connection);
        if (waitMs > 0)
          throw new HttpError(
            429,
            `At most ${TESTS_A_MINUTE} tests a minute can be sent.`,
            Math.ceil(waitMs / 1000),
          );
        const by = { actor: context.actor, at: now() };
        const detail = `deal ${request.dealId} to ${oneLine(request.to, 100)}`;
        await addAudit((await database()).db, by, { what: 'test_sent', connection, detail });
        const sent = await rules.sendTest(user, request, draft);
        return { ...sent, ...(await startedBy(connection, context, sent.event)) };
      }),
    ruleCompare: async ({ body: { connection, draft, events } }, context) =>
      onRules(connection, context, (rules, user) => rules.compare(user, draft, events, context.language)),
    ruleCases: async ({ query: { connection } }, context) =>
      onRules(connection, context, async ({ cases }) => ({ cases: (await cases.list()).map(shownCase) })),
    saveRuleCase: async ({ body: { connection, name, on } }, context) =>
      onRules(connection, context, async (rules, user) => {
        countUse(previews, user, PREVIEWS_A_MINUTE);
        return { id: await rules.cases.save(name, await rules.capture(user, on), by(context)) };
      }),
    judgeRuleCases: async ({ body: { connection, draft } }, context) =>
      onRules(connection, context, async (rules, user) => ({ cases: await rules.judgeCases(user, draft) })),
    changeRuleCase: async ({ params: { id }, body: { connection, name, expect } }, context) =>
      onRules(connection, context, async (rules, user) => {
        if (name !== undefined) await rules.cases.rename(id, name, by(context));
        else await rules.expectCase(user, id, expect, by(context));
        return {};
      }),
    deleteRuleCase: async ({ params: { id }, query: { connection } }, context) =>
      onRules(connection, context, async ({ cases }) => {
        await cases.remove(id, by(context));
        return {};
      }),
    ruleDifference: async ({ query: { connection, from, to } }, context) =>
      onRules(connection, context, (rules, user) => rules.difference(user, from, to, context.language)),
    rulePublish: async ({ body: { connection, ...publication } }, context) =>
      onRules(connection, context, (rules, user) =>
        rules.publish(publication, { user, actor: context.actor }),
      ),
  };
}

function shownCase({ id, name, title, deal_id, saved_at, saved_by }: ListedCase) {
  return { id, name, title, dealId: deal_id, savedAt: saved_at, savedBy: saved_by };
}

/** The deals whose stage has changed last. */
async function recentMatches(db: Db, connection: string, stage: StageRef | null): Promise<Match[]> {
  return matchesOf(db, connection, await recentDeals(db, connection, stage, MAX_RESULTS));
}

/** A deal's number, or its link, may be of one that Stagepost has not read yet. */
async function matchesFor(db: Db, connection: string, q: string): Promise<Match[]> {
  const dealId = dealIdIn(q);
  const found = await findMatches(db, connection, q);
  return found.length === 0 && dealId !== null ? [{ dealId, record: null, person: null }] : found;
}

/** @throws HttpError 429 */
function countUse(limit: RateLimit, user: string, most: number): void {
  const waitMs = limit.take(user);
  if (waitMs === 0) return;
  throw new HttpError(429, `You may try rules ${most} times a minute.`, Math.ceil(waitMs / 1000));
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
