import { areOnTheirWay } from '../../../../src/domain/consent/crm-edit.ts';
import type { MailReport, StagepostEvent } from '../../../../src/domain/events.ts';
import type { DealContext } from '../../../../src/domain/plan/plan-types.ts';
import type { Rules } from '../../../../src/domain/rules/rules.ts';
import {
  differentDeals,
  type EditsInput,
  otherDealsToRead,
} from '../../../../src/pipeline/gather/gather-edits.ts';
import { mergeReadings } from '../../../../src/pipeline/gather/merge-readings.ts';
import type { PlanningState } from '../../../../src/pipeline/gather/planning-state.ts';
import {
  type DealRequirement,
  reportsRequiringPerson,
  requiredDeals,
} from '../../../../src/pipeline/gather/requirements.ts';
import { planEvent } from '../../../../src/pipeline/plan/plan-event.ts';
import type { StoredEvent } from '../../../../src/store/events/events.ts';
import { field, rules, SALES } from '../../../support/entities.ts';
import { type Lane, Outbox } from './outbox.ts';
import { type ProfileReport, Profiles, SETTING } from './profiles.ts';
import type { Statement } from './statements.ts';
import {
  ANN,
  BOB,
  CONTACTS,
  clientContact,
  DEALS,
  MARIA,
  OPT_OUTS,
  openDeal,
  planningState,
  REACTIONS,
  TOPICS,
  USERS,
} from './two-clients.ts';

/*
 * Kommo, Customer.io and the planning between them, without a database: two contacts on four deals. Webhooks and reports are on
 * their way until they arrive, and what is planned waits until it is delivered.
 */

const BOX = 'No email';
const MAX_ROUNDS = 20;

export interface Setup {
  contacts: 'main' | 'all';
  optInFromCrm: boolean;
  /** The topics that an opt-out in Kommo switches off; none: everything. */
  topics: string[];
  /** Whom Kommo names for what an integration writes: nobody, or the user to whom the token belongs. */
  ownWritesBy: number;
}

export class BothSides {
  now = 1_796_000_000;
  readonly rules: Rules;
  readonly state: PlanningState = planningState();
  readonly deals = new Map([...DEALS].map(([id, contactIds]) => [id, openDeal(id, contactIds)]));
  readonly contacts = new Map([...CONTACTS].map(([id, email]) => [id, clientContact(id, email)]));
  readonly profiles = new Profiles([ANN, BOB]);
  /** Webhooks and reports on their way. */
  readonly transit: StagepostEvent[] = [];
  readonly statements: Statement[] = [];
  readonly tasks: string[] = [];
  /** Deals on which an opt-out was taken back in the second of a write: they show it until they are read again. */
  readonly unclear = new Set<number>();
  /** How many things clients have done that a task can be about. */
  restrictions = 0;
  readonly #setup: Setup;
  readonly #outbox = new Outbox();
  readonly #arrived: StagepostEvent[] = [];
  /** The statements of each box that is ticked. */
  readonly #ticked = new Map<number, Statement[]>();
  readonly #seenReports = new Set<string>();
  /** The reports of changes that Stagepost has sent. */
  readonly #echoes = new Set<string>();
  #ids = 0;

  constructor(setup: Setup) {
    this.#setup = setup;
    const { contacts, optInFromCrm, topics } = setup;
    const consent = { fromCrm: true, contactField: BOX, topics, optInFromCrm };
    this.rules = rules({ contacts, attributes: {}, reactions: REACTIONS, inactivity: [], consent });
  }

  wait(seconds: number): void {
    this.now += seconds;
  }

  statusOf(dealId: number): string {
    return String(this.deals.get(dealId)?.fields[0]?.values[0] ?? '');
  }

  /** The addresses of the clients whom a deal is about. */
  clientsOf(dealId: number): string[] {
    const all = (DEALS.get(dealId) ?? []).map((id) => CONTACTS.get(id)!);
    return this.#setup.contacts === 'main' ? all.slice(0, 1) : all;
  }

  /** Somebody sets the status of a deal, in Kommo's page (`MARIA`) or by an integration (0). */
  setStatus(dealId: number, value: string, by: number): void {
    if (this.statusOf(dealId) === value) return;
    const isOut = OPT_OUTS.includes(value);
    if (!isOut && this.#setup.optInFromCrm && this.#hasUnreportedOptOut()) return;
    const part = { says: isOut ? 'out' : 'in', side: 'manager', dealId } as const;
    const isPlain = !this.#isOnItsWay(dealId, value);
    const isWritten = areOnTheirWay(this.#outbox.fieldWrites([dealId]).get(dealId), this.now);
    if (!isOut && isWritten) this.unclear.add(dealId);
    if (isOut || by !== 0)
      for (const email of this.clientsOf(dealId))
        this.#state({ email, ...part, isPlain }, this.#scopesOfManager(isOut, value));
    this.#writeStatus(dealId, value, by);
  }

  /**
   * A box that is unticked before it was read was never ticked, and one that is ticked again before that was read stayed ticked: a
   * webhook does not say what the contact had.
   */
  tick(contactId: number, isTicked: boolean): void {
    const client = this.contacts.get(contactId)!;
    if (client.fields.length > 0 === isTicked) return;
    if (!isTicked && this.#setup.optInFromCrm && this.#hasUnreportedOptOut()) return;
    const isRead = (this.state.consent.marks.get(contactId) ?? false) !== isTicked;
    const part = { email: client.emails[0]!, says: isTicked ? 'out' : 'in', side: 'box' } as const;
    if (isRead) {
      const stated = this.#state(part, this.#scopesOfManager(isTicked, 'unsubscribed'));
      if (isTicked) this.#ticked.set(contactId, stated);
    } else if (!isTicked) this.#takeBack(this.#ticked.get(contactId) ?? []);
    client.updatedAt = this.now;
    client.fields = isTicked ? [field(BOX, true, 700900)] : [];
    this.transit.push({ kind: 'contact_changed', contactId, occurredAt: this.now, by: MARIA });
  }

  /** A click on the link of a message makes two reports, one of the message and one of the person. */
  clickUnsubscribe(email: string): void {
    this.#optOut(email);
    this.#report({ name: 'email_unsubscribed', email });
    this.#report({ name: 'customer_unsubscribed', email });
  }

  unsubscribeInSettings(email: string): void {
    this.#optOut(email);
    this.#report({ name: 'customer_unsubscribed', email });
  }

  complain(email: string): void {
    this.#optOut(email);
    this.#report({ name: 'email_spammed', email });
  }

  subscribe(email: string): void {
    // Customer.io reports changes only.
    if (!this.profiles.isOff(email, SETTING)) return;
    this.now += 1;
    this.#report(this.profiles.set(email, SETTING, false, this.now)!);
    this.#state({ email, says: 'in', side: 'client' }, [SETTING]);
  }

  /** The client's own choice in the subscription center. */
  switchTopic(email: string, topic: string, isOff: boolean): void {
    if (this.profiles.isOff(email, topic) === isOff) return;
    this.now += 1;
    this.#report(this.profiles.set(email, topic, isOff, this.now)!);
    this.#state({ email, says: isOff ? 'out' : 'in', side: 'client' }, [topic]);
    if (isOff) this.restrictions += 1;
  }

  bounce(email: string): void {
    this.restrictions += 1;
    this.#report({ name: 'email_bounced', email });
  }

  deliverMail(email: string): void {
    this.#report({ name: 'email_delivered', email });
  }

  /** @param isKept whether it comes once more, later */
  arrive(nth: number, isKept: boolean): void {
    const [event] = this.transit.splice(nth % Math.max(1, this.transit.length), 1);
    if (event === undefined) return;
    if (isKept) this.transit.push(event);
    // An inbox row of the same report is dropped; a repeated webhook of Kommo has nothing by which to know it.
    if (event.kind === 'mail_report' && this.#seenReports.has(event.reportId)) return;
    if (event.kind === 'mail_report') this.#seenReports.add(event.reportId);
    this.#arrived.push(event);
  }

  /** Plans all that has arrived, as one batch. */
  plan(): void {
    const events = this.#arrived.splice(0);
    if (events.length === 0) return;
    this.#blurReplaced(events);
    this.#forgetBaselines();
    const { state, rules: own, now } = this;
    const reports = reportsRequiringPerson(events, own, state);
    const people = new Map(reports.map((report) => [report.reportId, this.#lookup(report)]));
    const deals = this.#read(requiredDeals(events, own, state, people));
    const input: EditsInput = { events, deals, state, rules: own, now: now * 1000 };
    state.consent.writes = this.#outbox.fieldWrites(differentDeals(input));
    for (const [id, found] of this.#read(otherDealsToRead(input))) deals.set(id, found);
    state.consent.writes = this.#outbox.fieldWrites(differentDeals(input));
    const catalog = { account: { timezone: 'UTC', country: null }, pipelines: [SALES], users: USERS };
    const gathered = { catalog, state, people, deals, readAt: now } as unknown as Parameters<
      typeof planEvent
    >[1];
    for (const payload of events) {
      this.#ids += 1;
      const row = { ...{ id: this.#ids, payload, waiting_since: null }, released_at: null, person: null };
      const { actions } = planEvent(row as unknown as StoredEvent, gathered, own);
      for (const { action } of actions) this.#outbox.add(action);
    }
  }

  /** The database has none. */
  #forgetBaselines(): void {
    for (const fields of this.state.consent.shows.values())
      for (const [field, { baseline: _, ...stored }] of fields) fields.set(field, stored);
  }

  /** Delivers what was planned first in a lane. @returns whether there was anything */
  deliver(lane: Lane): boolean {
    const action = this.#outbox.take(lane, this.now);
    if (action === undefined) return false;
    if (action.kind === 'set_field' && this.statusOf(action.dealId) !== action.value)
      this.#writeStatus(action.dealId, action.value, this.#setup.ownWritesBy);
    if (action.kind === 'task') this.tasks.push(`${action.dealId}: ${action.text}`);
    if (action.kind === 'identify')
      for (const report of this.profiles.identify(action)) this.#echoes.add(this.#report(report));
    return true;
  }

  /** Lets all that is on its way arrive, and delivers what follows of it. @returns whether it came to an end */
  settle(isReversed: boolean): boolean {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      this.now += 3;
      if (isReversed) this.transit.reverse();
      const waiting = this.transit.length;
      for (let n = 0; n < waiting; n += 1) this.arrive(0, false);
      this.plan();
      this.now += 3;
      let isDone = waiting === 0;
      while (this.deliver('kommo') || this.deliver('customerio')) isDone = false;
      if (isDone) return true;
    }
    return false;
  }

  #writeStatus(dealId: number, value: string, by: number): void {
    const found = this.deals.get(dealId)!;
    found.fields = value === '' ? [] : [field('email_status', value, 1)];
    found.updatedAt = this.now;
    const fields: Record<string, string> = value === '' ? {} : { email_status: value };
    this.transit.push({ kind: 'deal_changed', dealId, occurredAt: this.now, by, fields });
  }

  /** An opt-out that is taken back before Customer.io has got and reported it wins: its report counts as the client's own. */
  #hasUnreportedOptOut(): boolean {
    return (
      [...this.transit, ...this.#arrived].some(
        (event) => event.kind !== 'mail_report' || this.#echoes.has(event.reportId),
      ) || this.#outbox.hasOpen(({ kind }) => kind === 'identify')
    );
  }

  /**
   * An opt-out that is replaced before it is read, in Kommo or by an opt-in that is planned with it, is known by its webhook only,
   * which carries the field at every edit of the deal. Where Stagepost has set the field to that value, too, it may be Stagepost's own.
   */
  #blurReplaced(events: readonly StagepostEvent[]): void {
    const optIns = events.filter(
      (event) => event.kind === 'mail_report' && /(_|^)subscribed$/.test(event.name),
    );
    for (const event of events) {
      if (event.kind !== 'deal_changed') continue;
      const { dealId, occurredAt } = event;
      const value = event.fields?.email_status ?? '';
      const clients = this.clientsOf(dealId);
      const hasOptIn = optIns.some((report) => clients.includes((report as MailReport).person.email!));
      const isChanged = this.deals.get(dealId)?.updatedAt !== occurredAt;
      const isReplaced = isChanged || value !== this.statusOf(dealId) || hasOptIn;
      const shown = this.state.consent.shows.get(dealId)?.get('email_status');
      const isShown = shown !== undefined && [shown.value, ...(shown.earlier ?? [])].includes(value);
      if (!isReplaced || !isShown) continue;
      for (const one of this.statements)
        if (one.dealId === dealId && one.at === occurredAt) one.isPlain = false;
    }
  }

  /** Whether the deal is about to show this value anyway, or a client has just said the same: such an edit is no news. */
  #isOnItsWay(dealId: number, value: string): boolean {
    const clients = this.clientsOf(dealId);
    const last = (of: string) => this.statements.findLast(({ email }) => email === of);
    if (clients.some((of) => last(of)?.says === 'out')) return true;
    const shown = this.state.consent.shows.get(dealId)?.get('email_status');
    if (shown?.value === value) return true;
    // What the field had shown a moment ago cannot be told from it while a write replaces it.
    const isWritten = areOnTheirWay(this.#outbox.fieldWrites([dealId]).get(dealId), this.now);
    if (isWritten && shown?.earlier?.includes(value)) return true;
    return this.#outbox.hasOpen(
      (action) => action.kind === 'set_field' && action.dealId === dealId && action.value === value,
    );
  }

  /** One person does one thing a second. */
  #optOut(email: string): void {
    this.now += 1;
    this.profiles.set(email, SETTING, true, this.now);
    this.#state({ email, says: 'out', side: 'client' }, [SETTING]);
    this.restrictions += 1;
  }

  /** What a manager means: the topics of the configuration or everything; an opt-in is for all that is off. */
  #scopesOfManager(isOut: boolean, value: string): string[] {
    const { topics } = this.#setup;
    if (!isOut) return [SETTING, ...TOPICS];
    return topics.length === 0 || value === 'spam' ? [SETTING] : topics;
  }

  #state(
    part: Omit<Statement, 'at' | 'isPlain' | 'scope'> & { isPlain?: boolean },
    scopes: string[],
  ): Statement[] {
    const stated = scopes.map((scope) => ({ isPlain: true, ...part, scope, at: this.now }));
    this.statements.push(...stated);
    return stated;
  }

  #takeBack(stated: Statement[]): void {
    for (const one of stated) this.statements.splice(this.statements.indexOf(one), 1);
  }

  #report({ name, email, content }: ProfileReport): string {
    this.#ids += 1;
    const reportId = `r${this.#ids}`;
    const isMessage = name.startsWith('email_');
    this.transit.push({
      ...{ kind: 'mail_report', name, reportId, occurredAt: this.now, deliveryId: null },
      ...{ person: { id: email, email, cioId: null }, machine: false },
      values: isMessage
        ? { recipient: email, about: 'message' }
        : { about: 'person', ...(content !== undefined && { content }) },
    });
    return reportId;
  }

  #lookup({ person: { email } }: MailReport) {
    const found = [...this.state.people.byKey.values()].find((known) => known.email === email)!;
    const dealIds = found.links.map(({ dealId }) => dealId);
    const { key, contactId } = found;
    return { key, person: email, email, contactId, dealIds, reason: null };
  }

  #read(required: DealRequirement[]): Map<number, DealContext> {
    const deals = new Map<number, DealContext>();
    for (const { dealId, contacts: wanted, formerContacts = [] } of required) {
      const found = structuredClone(this.deals.get(dealId)!);
      const isWanted = (id: number, index: number) =>
        wanted === 'all' || (wanted === 'main' ? index === 0 : wanted.includes(id));
      const read = found.contactIds.filter((id, index) => isWanted(id, index) || formerContacts.includes(id));
      const contacts = read.map((id) => structuredClone(this.contacts.get(id)!));
      const others = { missingContacts: [], company: null, responsibleUser: null };
      const context = { deal: found, contacts, ...others };
      const before = deals.get(dealId);
      deals.set(
        dealId,
        before
          ? mergeReadings(new Map([[dealId, before]]), new Map([[dealId, context]])).get(dealId)!
          : context,
      );
    }
    return deals;
  }
}
