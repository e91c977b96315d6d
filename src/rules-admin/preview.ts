import type { ConnectionConfig } from '../config/index.ts';
import { describeEvent } from '../domain/describe-event.ts';
import { DeliveryError } from '../domain/errors.ts';
import type { Rules } from '../domain/rules/rules.ts';
import { LANGUAGES, type Language, type Sentences } from '../languages/languages.ts';
import type { Connection } from '../pipeline/connection.ts';
import { gatherSimulation, type SimulateOptions } from '../pipeline/plan/gather-simulation.ts';
import type { SimulationInput } from '../pipeline/plan/simulate.ts';
import type { Database } from '../store/database/database.ts';
import { type ListedEvent, listEvents } from '../store/events/activity.ts';
import { ALL_STATES, eventPage, START } from '../store/events/event-pages.ts';
import type { StoredEvent } from '../store/events/events.ts';
import { MAX_FACTS_BYTES, packFacts } from './cases/case-facts.ts';
import type { Captured } from './cases/case-schemas.ts';
import { originsOf } from './decision.ts';
import type { DraftWork } from './draft-work/draft-tasks.ts';
import { RulesError } from './errors.ts';
import { hypotheticalMove } from './hypothetical-move.ts';
import type { Rendered, RenderRequest } from './render-schemas.ts';
import { gatherWholeDeals, SampleDeals } from './sample-deals.ts';
import type { Compared, Preview, PreviewSubject } from './schemas.ts';
import { assertFreeAddress, sendTest, testAddress } from './test-send/send-test.ts';
import type { TestRequest, TestSent } from './test-send/test-schemas.ts';

export interface RulesPreviewOptions {
  config: ConnectionConfig;
  database(): Promise<Pick<Database, 'db'>>;
  /** The running connection; null where this process does not run it. */
  connection(): Connection | null;
  /** A sentence for people: why the connection does not run. */
  whyNotRunning(): string;
  /** Plans the events. */
  work: DraftWork;
  now(): number;
}

/** The time limit of a preview, in ms: a person waits for it. */
const PREVIEW_WITHIN_MS = 15_000;
/** The time limit of a comparison, in ms: it reads Kommo with the lowest priority. */
const COMPARE_WITHIN_MS = 30_000;

/** The kinds of events whose plan depends on rules. A deletion has the same consequences whatever the rules say. */
const DECIDED_KINDS = [
  'deal_moved',
  'deal_changed',
  'deal_restored',
  'contact_changed',
  'contact_restored',
  'contact_merged',
  'mail_report',
  'inactivity',
] as const;

/**
 * Tries rules on a connection that this process runs. Sends and stores nothing, except `sendTest`. Every method throws
 * RulesError.
 */
export class RulesPreview {
  readonly #options: RulesPreviewOptions;
  readonly #samples: SampleDeals;
  /** One comparison at a time: each reads up to 500 deals from Kommo. */
  #isComparing = false;

  constructor(options: RulesPreviewOptions) {
    this.#options = options;
    this.#samples = new SampleDeals({ now: options.now });
  }

  /** @param draft null: only the active rules */
  async preview(
    user: string,
    subject: PreviewSubject,
    draft: Rules | null,
    language: Language,
  ): Promise<Preview> {
    const { work, config } = this.#options;
    const { rules } = this.#connection();
    const { event, title } = await this.#eventOf(subject, LANGUAGES[language]);
    const sets = draft ? [rules, draft] : [rules];
    const simulation = await this.#gather([event], sets, {
      ...{ lookupAllowed: true, priority: 'retry', withinMs: PREVIEW_WITHIN_MS },
    });
    const input = { simulation, origins: originsOf(config), language };
    const { decisions, isComplete } = await work(user, 'preview', input);
    if (subject.kind === 'deal' && !isComplete) throw noSuchDeal(subject.dealId);
    const [now, changed] = decisions;
    return { title: withDealName(title, subject, simulation.deals), now: now!, draft: changed ?? null };
  }

  /** An event with all that decisions about it depend on, and the decision by the active rules. */
  async capture(user: string, subject: PreviewSubject): Promise<Captured> {
    const { work } = this.#options;
    const { rules, catalog } = this.#connection();
    const { event, title } = await this.#eventOf(subject, LANGUAGES.en);
    const simulation = await this.#gather([event], [rules], {
      ...{ lookupAllowed: true, priority: 'retry', withinMs: PREVIEW_WITHIN_MS, gather: gatherWholeDeals },
    });
    const facts = packFacts(simulation);
    if (facts.length > MAX_FACTS_BYTES)
      throw new RulesError('invalid', 'This deal has too many contacts or fields to be kept as a test case.');
    const decided = await work(user, 'decideCase', { rules, catalog, facts });
    if (!decided)
      throw new RulesError(
        'not_found',
        'The deal or the client of this event can no longer be read in Kommo.',
      );
    const deals = [...simulation.deals.values()];
    const contacts = deals.flatMap((found) => found.contacts.map(({ id }) => id));
    return {
      title: withDealName(title, subject, simulation.deals),
      dealId: event.deal_id ?? deals[0]?.deal?.id ?? null,
      contactIds: [...new Set([...contacts, ...(event.contact_id === null ? [] : [event.contact_id])])],
      facts: facts.toString('base64'),
      expected: decided.expected,
    };
  }

  async render(user: string, { dealId, texts }: RenderRequest): Promise<Rendered> {
    const { work, database, now } = this.#options;
    const connection = this.#connection();
    const deal = await this.#reading(PREVIEW_WITHIN_MS, (signal) =>
      this.#samples.deal(connection, dealId, signal),
    );
    if (!deal) throw noSuchDeal(dealId);
    const names = [...new Set(texts.flatMap(({ report }) => report ?? []))];
    const reports = await this.#samples.reports((await database()).db, connection.name, names);
    const { pipelines, account } = connection.catalog;
    const input = { texts, deal, reports, catalog: { pipelines, account }, now: Math.floor(now() / 1000) };
    return {
      texts: await work(user, 'render', input),
      examples: names.filter((name) => !(name in reports)),
    };
  }

  /** Sends the event of a rule to a test person. @param draft null: a rule of the active ones */
  async sendTest(user: string, { rule, dealId, to }: TestRequest, draft: Rules | null): Promise<TestSent> {
    const { work, database, now } = this.#options;
    const connection = this.#connection();
    const address = testAddress(to);
    const { db } = await database();
    const deal = await this.#reading(PREVIEW_WITHIN_MS, async (signal) => {
      await assertFreeAddress(db, connection, address, signal);
      return this.#samples.deal(connection, dealId, signal);
    });
    if (!deal?.deal) throw noSuchDeal(dealId);
    const rules = draft ?? connection.rules;
    const event = await work(user, 'testEvent', {
      ...{ rules: { ...rules }, rule, deal, catalog: connection.catalog, to: address },
    });
    if (typeof event === 'string') throw new RulesError('invalid', event);
    return sendTest(db, { ...connection, rules }, event, address, now());
  }

  /** @param events how many of the newest events to plan again */
  async compare(user: string, draft: Rules, events: number, language: Language): Promise<Compared> {
    if (this.#isComparing)
      throw new RulesError('busy', 'Rules of this connection are being compared at the moment.');
    this.#isComparing = true;
    try {
      const { work, config } = this.#options;
      const { rules } = this.#connection();
      const newest = await this.#decidedEvents(events);
      if (newest.length === 0) return { looked: 0, unknown: 0, total: 0, different: [] };
      const options = { lookupAllowed: false, priority: 'bulk', withinMs: COMPARE_WITHIN_MS } as const;
      const simulation = await this.#gather(newest, [rules, draft], options);
      return await work(user, 'compare', { simulation, origins: originsOf(config), language });
    } finally {
      this.#isComparing = false;
    }
  }

  /** Events that were planned and whose contents are still stored, newest first. */
  async #decidedEvents(limit: number): Promise<ListedEvent[]> {
    const { db } = await this.#options.database();
    const states = ALL_STATES.filter((state) => state !== 'new');
    const of = DECIDED_KINDS.flatMap((kind) => states.map((state) => ({ kind, state })));
    const strategy = { by: 'kind', of } as const;
    const page = await eventPage(db, [this.#options.config.name], strategy, START, limit);
    const events = await listEvents(
      db,
      page.map(({ id }) => id),
    );
    return events.filter(hasContents);
  }

  async #eventOf(subject: PreviewSubject, words: Sentences): Promise<{ event: StoredEvent; title: string }> {
    const { config, database, now } = this.#options;
    const { catalog } = this.#connection();
    if (subject.kind === 'deal') return hypotheticalMove(subject, config.name, catalog, now(), words);
    const [event] = await listEvents((await database()).db, [subject.id]);
    if (!event || event.connection !== config.name)
      throw new RulesError('not_found', 'There is no such event.');
    if (!hasContents(event))
      throw new RulesError('conflict', 'The contents of this event were removed after the retention time.');
    const title = describeEvent(event.payload, event.kind, catalog.pipelines, undefined, words);
    return { event, title };
  }

  async #gather(
    events: StoredEvent[],
    rules: Rules[],
    {
      withinMs,
      ...options
    }: Pick<SimulateOptions, 'lookupAllowed' | 'priority' | 'gather'> & { withinMs: number },
  ): Promise<SimulationInput> {
    const { db } = await this.#options.database();
    const now = this.#options.now();
    const connection = this.#connection();
    return this.#reading(withinMs, (signal) =>
      gatherSimulation({ db, connection, events, rules, now, signal, ...options }),
    );
  }

  /** @throws RulesError `unavailable` where Kommo or Customer.io cannot be read within the time */
  async #reading<T>(withinMs: number, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const signal = AbortSignal.timeout(withinMs);
    try {
      return await read(signal);
    } catch (error) {
      if (!signal.aborted && !(error instanceof DeliveryError)) throw error;
      const reason = signal.aborted
        ? `There was no answer within ${withinMs / 1000} s, because deliveries go first.`
        : (error as Error).message;
      throw new RulesError('unavailable', `Kommo cannot be read for this now. ${reason} Try again later.`);
    }
  }

  #connection(): Connection {
    const { config, connection, whyNotRunning } = this.#options;
    const running = connection();
    if (running) return running;
    throw new RulesError(
      'unavailable',
      `Rules can only be tried while the connection ${config.name} runs. ${whyNotRunning()}`,
    );
  }
}

function noSuchDeal(dealId: number): RulesError {
  return new RulesError('not_found', `Kommo has no deal ${dealId}, or its token may not read that deal.`);
}

/** False after the retention time, when the payload was emptied. */
function hasContents({ payload }: StoredEvent): boolean {
  return Object.keys(payload).length > 0;
}

/** The title of a deal that was tried, with the name that the deal has in Kommo. */
function withDealName(title: string, subject: PreviewSubject, deals: SimulationInput['deals']): string {
  if (subject.kind !== 'deal') return title;
  const name = deals.get(subject.dealId)?.deal?.name;
  return name ? title.replace(`deal ${subject.dealId}`, () => `${name} (deal ${subject.dealId})`) : title;
}
