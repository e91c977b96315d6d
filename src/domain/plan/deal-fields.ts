import type { Action } from '../actions.ts';
import { type ConsentPerson, foldOf } from '../consent/client.ts';
import { fieldWrites } from '../consent/deal-shows.ts';
import { recordedAs } from '../consent/ledger.ts';
import type { LedgerEntry } from '../consent/ledger-entry.ts';
import { projection, type RenderField, type ShownValue } from '../consent/projection.ts';
import type { Deal, Json } from '../entities.ts';
import { nameOfReaction } from '../rules/find-rule.ts';
import type { Scope, TextRenderer } from '../rules/render-text.ts';
import type { Rules } from '../rules/rules.ts';
import { dealScope, isTemplate } from '../rules/values.ts';
import type { DealContext, Effect, PlanContext } from './plan-types.ts';

/** What a deal shall show of its clients, and what that takes. */
export interface DealFieldsPlan {
  actions: Action[];
  effects: Effect[];
  /** What each field shall show. */
  shown: ReadonlyMap<string, ShownValue | null>;
}

export interface DealFieldsInput {
  found: DealContext & { deal: Deal };
  /** The deal's clients, the main contact's first. */
  clients: readonly ConsentPerson[];
  /** Entries that are not recorded yet: those of the event itself. */
  own?: readonly LedgerEntry[];
  /** The values of the event's report. */
  values?: Readonly<Record<string, Json>>;
  /** The fields whose value the event itself has changed. */
  changed?: ReadonlySet<string>;
}

/**
 * The projection for a deal: compares what its fields shall show, by all that is known of its clients, with what they are
 * known to show, and writes what differs.
 * @throws TemplateError
 */
export function planDealFields(
  input: DealFieldsInput,
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): DealFieldsPlan {
  const { found, clients, own = [], changed = new Set<string>() } = input;
  const shown = projection(
    clients.map((client) => ({ fold: foldOf(client, context.ledger, own), fields: client.fields })),
    rules,
    rendererFor(input, context, texts),
  );
  const { writes, adopted } = fieldWrites(shown, {
    deal: found.deal,
    shows: context.shows.get(found.deal.id) ?? new Map(),
    remembered: clients.map(({ fields }) => fields),
    changed,
  });
  const dealId = found.deal.id;
  return {
    shown,
    actions: writes.map(({ field, value }) => ({ kind: 'set_field', dealId, field, value })),
    effects: [...writes, ...adopted].map((show) => ({ kind: 'deal_shows', dealId, ...show })),
  };
}

/** Renders a field's text with the report that began the state, as far as its values are still stored. */
function rendererFor(
  { found, own = [], values = {} }: DealFieldsInput,
  context: PlanContext,
  texts: TextRenderer,
): RenderField {
  const scope = dealScope({ ...found, contact: found.contacts[0] ?? null, account: context });
  return (reaction, field, by) => {
    const text = reaction.fields[field] ?? '';
    const isOwn = own.some(({ key }) => key === by.key);
    const stored = isTemplate(text) ? storedValues(by, context) : {};
    const all: Scope = { ...scope, occurred_at: by.at, ...(isOwn ? values : stored) };
    return texts.renderForKommo(text, all, `The field "${field}" of ${nameOfReaction(reaction)}`);
  };
}

function storedValues({ key }: LedgerEntry, { ledger }: PlanContext): Readonly<Record<string, Json>> {
  return recordedAs(ledger, key)[0]?.values ?? {};
}
