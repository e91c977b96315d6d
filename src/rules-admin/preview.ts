import type { ConnectionConfig } from '../config/index.ts';
import { TRACK_HOSTS } from '../customerio/index.ts';
import { describeAction, describeEvent } from '../domain/describe-event.ts';
import type { Catalog } from '../domain/entities.ts';
import { DeliveryError } from '../domain/errors.ts';
import type { DealMoved } from '../domain/events.ts';
import type { Rules } from '../domain/rules/rules.ts';
import { requestPreview } from '../failures/request-preview.ts';
import { outcomeOf } from '../http/api/activity/rows.ts';
import type { Compared, Decision, Preview } from '../http/api/contract.ts';
import { HttpError } from '../http/api/routes.ts';
import type { PreviewSubject } from '../http/api/rules/service.ts';
import type { Connection } from '../pipeline/connection.ts';
import type { Event } from '../pipeline/plan/decide.ts';
import { type SimulatedEvent, type Simulation, simulate } from '../pipeline/plan/simulate.ts';
import { asStored, type Database } from '../store/database/database.ts';
import { ALL_STATES, eventPage, type ListedEvent, listEvents, START } from '../store/events/activity.ts';

/** Tries rules on what there is, and sends and stores nothing. What cannot be done is thrown as `Refusal`. */
export interface RulesPreview {
  /** @param draft null: only the rules that run */
  preview(on: PreviewSubject, draft: Rules | null): Promise<Preview>;
  compare(draft: Rules, events: number): Promise<Compared>;
}

export interface RulesPreviewOptions {
  config: ConnectionConfig;
  database(): Promise<Pick<Database, 'db'>>;
  /** The connection as it runs here; null where it does not. */
  connection(): Connection | null;
  /** Why it does not run, in words. */
  whyNot(): string;
  now(): number;
}

/** How long somebody may wait for an answer, in ms. A comparison stands behind all other calls to Kommo. */
const PREVIEW_MS = 15_000;
const COMPARE_MS = 30_000;
/** So many differences are shown. */
const MOST_SHOWN = 100;
/** The id of an event that is not stored, and what stands in the place of the id that it would send. */
const NO_EVENT = 0;
const ID_PLACE = '$EVENT_ID';

/** What rules decide. A deal that was deleted stops its clocks, whatever they say. */
const DECIDED = ['deal_moved', 'deal_changed', 'contact_changed', 'mail_report', 'inactivity'] as const;

export function createRulesPreview(options: RulesPreviewOptions): RulesPreview {
  const { config, now } = options;
  const { name } = config;
  let isComparing = false;

  /** @throws Refusal 503 */
  function running(): Connection {
    const connection = options.connection();
    if (connection) return connection;
    throw new HttpError(503, `Rules can be tried where the connection ${name} runs. ${options.whyNot()}`);
  }

  /** @throws Refusal 503 */
  async function look(
    events: Event[],
    rules: Rules[],
    how: { mayAsk: boolean; priority: 'retry' | 'bulk'; withinMs: number },
  ): Promise<SimulatedEvent[]> {
    const { withinMs, ...rest } = how;
    const { db } = await options.database();
    const signal = AbortSignal.timeout(withinMs);
    const asked = { db, connection: running(), events, rules, now: now(), signal };
    try {
      return await simulate({ ...asked, ...rest });
    } catch (error) {
      if (!signal.aborted && !(error instanceof DeliveryError)) throw error;
      const why = signal.aborted
        ? `There was no answer within ${withinMs / 1000} s; deliveries go first.`
        : (error as Error).message;
      throw new HttpError(503, `Kommo cannot be read for this now. ${why} Try again later.`);
    }
  }

  function decisionOf({ plan, actions }: Simulation, catalog: Catalog): Decision {
    const { outcome, rule, reason } = plan;
    const described = actions.map(({ payload, ulid, after, event_id }) => {
      const id = event_id === NO_EVENT ? ID_PLACE : ulid;
      return { payload, after, request: requestPreview(asStored(payload), id, catalog) };
    });
    const cut = described.flatMap(({ request }) => request.warnings);
    return {
      outcome,
      rule,
      reason,
      warnings: [...plan.warnings, ...cut],
      requests: described.map(
        ({ payload, after, request: { destination, method, path, body, problem } }) => ({
          title: describeAction(payload, payload.kind),
          destination,
          method,
          url: originOf(config, destination) + path,
          body,
          problem,
          afterPrevious: after !== null,
        }),
      ),
    };
  }

  /** @throws Refusal 404, 409 */
  async function storedEvent(id: number): Promise<ListedEvent> {
    const [event] = await listEvents((await options.database()).db, [id]);
    if (!event || event.connection !== name) throw new HttpError(404, 'There is no such event.');
    if (!isWhole(event))
      throw new HttpError(409, 'The contents of this event were removed after the retention time.');
    return event;
  }

  return {
    async preview(on, draft) {
      const { catalog, rules } = running();
      const event = on.kind === 'deal' ? moveOf(on, name, catalog, now()) : await storedEvent(on.id);
      const sets = draft ? [rules, draft] : [rules];
      const how = { mayAsk: true, priority: 'retry', withinMs: PREVIEW_MS } as const;
      const [looked] = await look([event], sets, how);
      const { looks, isKnown } = looked!;
      if (on.kind === 'deal' && !isKnown)
        throw new HttpError(404, `Kommo has no deal ${on.dealId}, or its token may not see it.`);
      return {
        title:
          on.kind === 'deal'
            ? trialTitle(on, catalog)
            : describeEvent(event.payload, event.kind, catalog.pipelines),
        now: decisionOf(looks[0]!, catalog),
        draft: draft ? decisionOf(looks[1]!, catalog) : null,
      };
    },

    async compare(draft, events) {
      if (isComparing) throw new HttpError(429, 'Rules of this connection are being compared just now.', 5);
      isComparing = true;
      try {
        const { catalog, rules } = running();
        const { db } = await options.database();
        const way = {
          by: 'kind',
          kinds: DECIDED,
          states: ALL_STATES.filter((state) => state !== 'new'),
        } as const;
        const ids = (await eventPage(db, [name], way, START, events)).map(({ id }) => id);
        const found = (await listEvents(db, ids)).filter(isWhole);
        const how = { mayAsk: false, priority: 'bulk', withinMs: COMPARE_MS } as const;
        const looked = found.length === 0 ? [] : await look(found, [rules, draft], how);
        const known = looked.filter(({ isKnown }) => isKnown);
        const different = known.filter(({ looks: [a, b] }) => !isSame(a!, b!)).reverse();
        return {
          looked: looked.length,
          unknown: looked.length - known.length,
          total: different.length,
          different: different.slice(0, MOST_SHOWN).map(({ event, looks: [a, b] }) => ({
            id: event.id,
            title: describeEvent(event.payload, event.kind, catalog.pipelines),
            kind: event.kind,
            outcome: outcomeOf(event as ListedEvent),
            at: event.created_at,
            now: decisionOf(a!, catalog),
            draft: decisionOf(b!, catalog),
          })),
        };
      } finally {
        isComparing = false;
      }
    },
  };
}

/** Whether the same would be done. The rule and the reason are words about it. */
function isSame(a: Simulation, b: Simulation): boolean {
  const done = ({ plan, actions }: Simulation) =>
    JSON.stringify([plan.outcome, actions.map(({ payload, after }) => [payload, after])]);
  return done(a) === done(b);
}

function isWhole({ payload }: Event): boolean {
  return Object.keys(payload).length > 0;
}

type OnDeal = Extract<PreviewSubject, { kind: 'deal' }>;

/** A move that has not happened. @throws Refusal 404 */
function moveOf(on: OnDeal, connection: string, catalog: Catalog, now: number): Event {
  const { dealId, pipelineId, stageId } = on;
  if (!stageOf(on, catalog)) throw new HttpError(404, 'Kommo has no such stage in this pipeline.');
  const occurredAt = Math.floor(now / 1000);
  const to = { pipelineId, stageId };
  const payload: DealMoved = { kind: 'deal_moved', dealId, from: null, to, occurredAt };
  return {
    ...{ id: NO_EVENT, connection, key: 'trial', kind: payload.kind, payload, name: null, person: null },
    ...{ deal_id: dealId, contact_id: null, occurred_at: occurredAt, created_at: now, planned_at: null },
    ...{
      state: 'new',
      reason: null,
      rule: null,
      warnings: [],
      attempts: 0,
      next_attempt_at: 0,
      rules_version: null,
    },
  };
}

function stageOf({ pipelineId, stageId }: OnDeal, { pipelines }: Catalog) {
  const pipeline = pipelines.find(({ id }) => id === pipelineId);
  const stage = pipeline?.stages.find(({ id }) => id === stageId);
  return pipeline && stage ? { pipeline: pipeline.name, stage: stage.name } : null;
}

function trialTitle(on: OnDeal, catalog: Catalog): string {
  const { pipeline, stage } = stageOf(on, catalog)!;
  return `If deal ${on.dealId} moved to "${stage}" (${pipeline}) now`;
}

function originOf({ kommo, customerio }: ConnectionConfig, destination: 'kommo' | 'customerio'): string {
  return destination === 'kommo' ? kommo.url : (customerio.trackUrl ?? TRACK_HOSTS[customerio.region]);
}
