import { foldOf, isSettingOff, namesOf } from '../consent/client.ts';
import { areOnTheirWay } from '../consent/crm-edit.ts';
import { addEntry, createLedger, type Ledger, recordedFor } from '../consent/ledger.ts';
import { type EntryKind, GLOBAL, type LedgerEntry, type RecordedEntry } from '../consent/ledger-entry.ts';
import type { Deal, Json, UnixSeconds } from '../entities.ts';
import type { StagepostEvent } from '../events.ts';
import { isOn } from '../people/names.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { TextRenderer } from '../rules/render-text.ts';
import type { Rules } from '../rules/rules.ts';
import { clientsOfDeal } from './clients-of-deal.ts';
import { timeToOverwrite, topicAttributes } from './consent-attributes.ts';
import { type ConsentEdit, consentEdits, isOut, showsNewOptOut } from './consent-edits.ts';
import { planDealFields } from './deal-fields.ts';
import type { DealContext, Effect, PlanContext, PlannedAction } from './plan-types.ts';
import { afterRetry } from './repair-bounce.ts';

/** The part of a plan that edits in Kommo cause, and the context in which the event itself is planned after them. */
export interface ConsentEditsPlan {
  actions: PlannedAction[];
  effects: Effect[];
  warnings: string[];
  /** The first person concerned, as shown. */
  person: string | null;
  context: PlanContext;
}

/**
 * What users of Kommo have set about the consent of clients, wherever a deal is read: an opt-out goes to the ledger and to
 * Customer.io, and all open deals of the client show it. Taking one back needs `opt_in_from_crm`; without it the field is set
 * back. Null where nobody has set anything.
 * @throws TemplateError
 */
export function planConsentEdits(
  event: StagepostEvent,
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): ConsentEditsPlan | null {
  const edits = consentEdits(event, context, rules);
  if (edits.length === 0) return null;
  const plan: ConsentEditsPlan = { actions: [], effects: [], warnings: [], person: null, context };
  for (const edit of edits) {
    addEffects(plan, edit.effects);
    const isAccepted = ACCEPT[edit.wish](plan, edit, rules);
    addShown(plan, edit, isAccepted);
  }
  // What holds after all edits: a deal must not show the first of two for a moment.
  for (const edit of edits) addProjection(plan, edit, rules, texts);
  return plan;
}

/** Each returns whether the edit holds. */
const ACCEPT: Record<
  ConsentEdit['wish'],
  (plan: ConsentEditsPlan, edit: ConsentEdit, rules: Rules) => boolean
> = { opt_out: addOptOut, complaint: addOptOut, opt_in: addOptIn, retry: addRetry, lost_write: () => true };

/**
 * A user asks to try a failed address again: the failure ends, its task is closed, and the mail provider's suppression is
 * lifted. An automation that clears the field is no such wish, and would begin a circle of bounces.
 */
function addRetry(plan: ConsentEditsPlan, edit: ConsentEdit): boolean {
  if (!edit.by) return false;
  const failed = edit.people.filter(
    (person) => foldOf(person, plan.context.ledger).deliverability.state !== 'ok',
  );
  for (const person of failed) {
    const reason = `${nameOf(person)} is tried again: ${sentence(edit, plan, false)}.`;
    const { actions, effects } = afterRetry(person, plan.context, reason);
    addEntries(plan, edit, person, [['suppression_lifted', GLOBAL]]);
    plan.actions.push(...actions);
    addEffects(plan, effects);
  }
  return true;
}

function addOptOut(plan: ConsentEditsPlan, edit: ConsentEdit, rules: Rules): boolean {
  const isComplaint = edit.wish === 'complaint';
  const topics = isComplaint ? [] : rules.consent.topics;
  for (const person of edit.people) {
    const kinds: [EntryKind, string][] =
      topics.length > 0
        ? topics.map((topic) => ['topic_off', topic])
        : [[isComplaint ? 'complaint' : 'opt_out', GLOBAL]];
    if (isRecorded(plan, edit, person, kinds)) continue;
    addEntries(plan, edit, person, kinds);
    const off = scopesOff(plan, person, kinds);
    if (off.length === 0) {
      plan.warnings.push(`${sentence(edit, plan)}, but ${nameOf(person)} has subscribed again since.`);
      continue;
    }
    const attributes: Record<string, Json> =
      topics.length > 0 ? topicAttributes(off, false) : { unsubscribed: true };
    const scope = topics.length > 0 ? ` from ${off.join(', ')}` : '';
    const { ledger } = plan.context;
    const timestamp = timeToOverwrite(new Set(off), recordedFor(ledger, namesOf(person)), plan.context);
    const outcome = `${nameOf(person)} is unsubscribed${scope}`;
    addCustomerio(plan, edit, person, { attributes, timestamp }, outcome);
  }
  if (edit.people.length === 0)
    plan.warnings.push(`${sentence(edit, plan)}, but no client of the deal is known yet.`);
  return edit.people.length > 0;
}

function addOptIn(plan: ConsentEditsPlan, edit: ConsentEdit, rules: Rules): boolean {
  const out = edit.people.filter((person) => isOut(person, plan.context));
  const [person] = out;
  // The state has ended in the meantime.
  if (person === undefined) return true;
  const refused = reasonToRefuse(plan, edit, out, rules);
  if (refused === null) {
    const kinds = optInKinds(plan, person);
    addEntries(plan, edit, person, kinds);
    const { topics } = foldOf(person, plan.context.ledger).consent;
    const on = kinds.filter(([kind, topic]) => kind === 'topic_on' && topics.get(topic) === true);
    const ofTopics = topicAttributes(
      on.map(([, topic]) => topic),
      true,
    );
    const attributes = { unsubscribed: false, ...ofTopics };
    const outcome = `${nameOf(person)} is subscribed again`;
    addCustomerio(plan, edit, person, { attributes, timestamp: edit.at }, outcome);
    return true;
  }
  const undone = edit.field === null || edit.field.mayUndo;
  const end = edit.field === null ? '' : undone ? ' The field is set back.' : LEFT;
  plan.warnings.push(`${sentence(edit, plan)}, but ${refused}.${end}`);
  return false;
}

const LEFT =
  ' The field is left as it is: it was set back several times today, so something in Kommo keeps changing it.';

/** Why an opt-out may not be taken back, as the end of a sentence; null where it may. */
function reasonToRefuse(
  plan: ConsentEditsPlan,
  edit: ConsentEdit,
  out: KnownPerson[],
  { consent }: Rules,
): string | null {
  const [person] = out;
  if (!consent.optInFromCrm)
    return `${nameOf(person!)} has opted out, and Stagepost takes an opt-out back only with opt_in_from_crm`;
  if (!edit.by) return 'Kommo does not say which user did it, so nobody answers for the consent';
  if (out.length > 1) return `several clients of the deal have opted out: ${out.map(nameOf).join(', ')}`;
  const entries = optInKinds(plan, person!).map((kind) => entryOf(plan, edit, person!, kind));
  const after = foldOf(person!, plan.context.ledger, entries).consent.state;
  return after === 'unsubscribed' || after === 'complained'
    ? `${nameOf(person!)} has opted out at about the same time or since, and an opt-out wins`
    : null;
}

/** What subscribes the person again: the setting, and the topics and the channel that are switched off. */
function optInKinds({ context }: ConsentEditsPlan, person: KnownPerson): [EntryKind, string][] {
  const { topics } = foldOf(person, context.ledger).consent;
  const off = [...topics].filter(([, isOnNow]) => !isOnNow).map(([topic]) => topic);
  return [['opt_in', GLOBAL], ...off.map((topic): [EntryKind, string] => ['topic_on', topic])];
}

/** Whether the edit was planned before: Kommo sends a webhook again where it got no answer in time. */
function isRecorded(
  plan: ConsentEditsPlan,
  edit: ConsentEdit,
  person: KnownPerson,
  kinds: [EntryKind, string][],
): boolean {
  const recorded = recordedFor(plan.context.ledger, namesOf(person));
  return kinds
    .map((kind) => entryOf(plan, edit, person, kind))
    .every(({ key, kind, scope }) =>
      recorded.some((entry) => entry.key === key && entry.kind === kind && entry.scope === scope),
    );
}

/** Those that the client has not switched on again since. */
function scopesOff(
  { context }: ConsentEditsPlan,
  person: KnownPerson,
  kinds: readonly [EntryKind, string][],
): string[] {
  const { topics } = foldOf(person, context.ledger).consent;
  const isOff = (scope: string) =>
    scope === GLOBAL ? isSettingOff(person, context.ledger) : topics.get(scope) === false;
  return kinds.map(([, scope]) => scope).filter(isOff);
}

function entryOf(
  { context }: ConsentEditsPlan,
  edit: ConsentEdit,
  person: KnownPerson,
  [kind, scope]: [EntryKind, string],
): LedgerEntry {
  const cioId = person.names.find((name) => name.kind === 'cio_id' && name.until === null)?.value ?? null;
  return {
    ...{ kind, scope, at: edit.at, source: 'kommo', name: edit.name },
    address: kind === 'suppression_lifted' ? person.email : null,
    key: edit.people.length > 1 ? `${edit.key}:${person.key}` : edit.key,
    names: { identifier: person.identifier, email: person.email, cioId },
    who: userOf(edit, context),
    recordedAt: context.readAt,
  };
}

function addEntries(
  plan: ConsentEditsPlan,
  edit: ConsentEdit,
  person: KnownPerson,
  kinds: [EntryKind, string][],
): void {
  const entries = kinds.map(
    (kind): RecordedEntry => ({
      ...entryOf(plan, edit, person, kind),
      ...{ eventId: null, isPending: false, values: {} },
    }),
  );
  addEffects(plan, [{ kind: 'consent_recorded', entries }]);
  plan.person ??= nameOf(person);
}

/**
 * Sends what the edit says. Somebody whom no stage has sent yet does not exist at Customer.io: the first identify brings it
 * along. The note follows once Customer.io has accepted it. An edit is sent with its own time, since it may be found late: Customer.io
 * keeps what the client has set after it.
 */
function addCustomerio(
  plan: ConsentEditsPlan,
  edit: ConsentEdit,
  person: KnownPerson,
  { attributes, timestamp }: { attributes: Record<string, Json>; timestamp: UnixSeconds },
  outcome: string,
): void {
  const { identifier } = person;
  if (identifier === null || person.attributes === null) return;
  const { context } = plan;
  const identify = plan.actions.length;
  plan.actions.push({ action: { kind: 'identify', person: identifier, attributes, timestamp }, after: null });
  const own = context.deals.find(({ deal }) => deal !== null && isOn(person, deal.id));
  const dealId = edit.field?.dealId ?? own?.deal?.id;
  if (dealId === undefined) return;
  const text = `${outcome} in Customer.io: ${sentence(edit, plan, false)}.`;
  plan.actions.push({ action: { kind: 'note', dealId, text }, after: identify });
}

/**
 * What the edited field shows now. A field that is left as it is keeps its record, so that it is not written. So does one that
 * a write on its way is about to replace: then what holds is written once more.
 */
function addShown(plan: ConsentEditsPlan, { field, wish }: ConsentEdit, isAccepted: boolean): void {
  if (field === null || (!isAccepted && (wish === 'retry' || !field.mayUndo))) return;
  const { dealId, name, value } = field;
  const { crm, readAt } = plan.context;
  if (areOnTheirWay(crm.writes.get(dealId), readAt)) return;
  const isRestrictive = wish !== 'opt_in' && wish !== 'retry';
  addEffects(plan, [{ kind: 'deal_shows', dealId, field: name, value, isRestrictive }]);
}

/** Writes what has changed on all open deals of the people. */
function addProjection(plan: ConsentEditsPlan, edit: ConsentEdit, rules: Rules, texts: TextRenderer): void {
  for (const found of dealsOf(plan, edit)) {
    const { context } = plan;
    // Other deals of the people may be those of clients whom the event itself does not concern.
    const clients = clientsOfDeal(found.deal.id, [...context.crm.people.values()], rules);
    if (clients.length === 0) continue;
    if (found.deal.id !== edit.field?.dealId && showsNewOptOut(found, context, rules)) continue;
    const { actions, effects } = planDealFields({ found, clients }, context, rules, texts);
    const isUndo = edit.wish === 'opt_in' && edit.field?.dealId === found.deal.id;
    plan.actions.push(...actions.map((action) => ({ action, after: null })));
    addEffects(
      plan,
      effects.map((effect) =>
        isUndo && effect.kind === 'deal_shows' && effect.isRestrictive ? { ...effect, isUndo } : effect,
      ),
    );
  }
}

function dealsOf(
  { context }: ConsentEditsPlan,
  { people, field }: ConsentEdit,
): (DealContext & { deal: Deal })[] {
  const all = new Map([
    ...context.deals.flatMap((found) => (found.deal ? [[found.deal.id, found] as const] : [])),
    ...context.crm.deals,
  ]);
  return [...all.values()].filter((found): found is DealContext & { deal: Deal } => {
    const { deal } = found;
    if (deal === null || deal.isClosed) return false;
    return deal.id === field?.dealId || people.some((person) => isOn(person, deal.id));
  });
}

/** Adds effects, and applies those that later edits and the event itself depend on. */
function addEffects(plan: ConsentEditsPlan, effects: Effect[]): void {
  plan.effects.push(...effects);
  for (const effect of effects) {
    if (effect.kind === 'consent_recorded')
      plan.context = { ...plan.context, ledger: withEntries(plan.context.ledger, effect.entries) };
    if (effect.kind === 'deal_shows') {
      const { dealId, field, value, isRestrictive } = effect;
      const before = plan.context.shows.get(dealId);
      const shown = new Map(before).set(field, { ...before?.get(field), value, isRestrictive });
      plan.context = { ...plan.context, shows: new Map(plan.context.shows).set(dealId, shown) };
    }
  }
}

function withEntries({ byName, byKey }: Ledger, entries: RecordedEntry[]): Ledger {
  const copy: Ledger = { ...createLedger(), byName: new Map(byName), byKey: new Map(byKey) };
  for (const entry of entries) addEntry(copy, entry);
  return copy;
}

/** "In Kommo email_status was set to "unsubscribed" by Maria" */
function sentence(edit: ConsentEdit, { context }: ConsentEditsPlan, isStart = true): string {
  return `${isStart ? 'In' : 'in'} Kommo ${edit.what} by ${userOf(edit, context) ?? 'somebody'}`;
}

function userOf({ by }: ConsentEdit, { crm }: PlanContext): string | null {
  if (by === null) return null;
  if (by === 0) return 'an integration';
  return crm.users.find(({ id }) => id === by)?.name ?? `user ${by}`;
}

function nameOf({ email, identifier }: Pick<KnownPerson, 'email' | 'identifier'>): string {
  return email ?? identifier ?? 'The client';
}
