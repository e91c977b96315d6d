import type { UnixSeconds } from '../entities.ts';
import type { Reaction, Rules } from '../rules/rules.ts';
import { type FieldState, isRestrictiveState } from './field-state.ts';
import type { ClientFold } from './fold.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { reactionShowing } from './reaction-to.ts';

/** A client of a deal, as far as the deal's fields depend on it. */
export interface ShownClient {
  fold: ClientFold;
  /** What the latest report that is neither an opt-out nor a failure has set each field to. */
  fields: Readonly<Record<string, FieldState>>;
}

/** What a deal field shows. */
export interface ShownValue {
  value: string;
  /** Whether the value says that the client gets no email. Such a value is taken back when the state ends. */
  isRestrictive: boolean;
}

/** Renders the text of a reaction for a field. @param by the entry that began the state; null for other reports */
export type RenderField = (reaction: Reaction, field: string, by: LedgerEntry) => string;

/** The fields that the rules can set, as they are named in the rules. */
export function fieldsSetBy(rules: Rules): string[] {
  return [...new Set(rules.reactions.flatMap(({ fields }) => Object.keys(fields)))];
}

/**
 * What each field shall show on a deal with these clients. The state that speaks most against sending is shown, whichever
 * client it is of; without one, what the latest report has set. Null: there is nothing to show.
 */
export function projection(
  clients: readonly ShownClient[],
  rules: Rules,
  render: RenderField,
): Map<string, ShownValue | null> {
  return new Map(
    fieldsSetBy(rules).map((field) => [field, projectField(field, clients, rules, render)] as const),
  );
}

function projectField(
  field: string,
  clients: readonly ShownClient[],
  rules: Rules,
  render: RenderField,
): ShownValue | null {
  const worst = clients
    .flatMap(({ fold }) => restrictionsOf(fold))
    .map((restriction) => ({ ...restriction, reaction: reactionShowing(field, restriction.by, rules) }))
    .filter(({ reaction }) => reaction !== undefined)
    .reduce<(Restriction & { reaction?: Reaction | undefined }) | null>(
      (first, next) => (first === null || next.rank < first.rank ? next : first),
      null,
    );
  if (worst?.reaction) return { value: render(worst.reaction, field, worst.by), isRestrictive: true };
  const friendly = clients
    .flatMap((client) => friendlyValues(field, client, rules, render))
    .reduce<Friendly | null>((last, next) => (last === null || next.at > last.at ? next : last), null);
  return friendly && { value: friendly.value, isRestrictive: false };
}

interface Restriction {
  /** The smallest is shown. */
  rank: number;
  by: LedgerEntry;
}

function restrictionsOf({ consent, deliverability }: ClientFold): Restriction[] {
  const restrictions: Restriction[] = [];
  if (consent.by !== null && consent.state === 'complained') restrictions.push({ rank: 0, by: consent.by });
  if (consent.by !== null && consent.state === 'unsubscribed') restrictions.push({ rank: 1, by: consent.by });
  if (deliverability.by !== null)
    restrictions.push({ rank: deliverability.state === 'bounced' ? 2 : 3, by: deliverability.by });
  return restrictions;
}

interface Friendly {
  value: string;
  at: UnixSeconds;
}

/** What the client's latest report has set the field to, and the opt-in that holds. */
function friendlyValues(field: string, client: ShownClient, rules: Rules, render: RenderField): Friendly[] {
  const { consent } = client.fold;
  const values: Friendly[] = [];
  const optIn = consent.state === 'subscribed' ? consent.by : null;
  const reaction = optIn === null ? undefined : reactionShowing(field, optIn, rules);
  if (optIn !== null && reaction) values.push({ value: render(reaction, field, optIn), at: optIn.at });
  const remembered = rememberedValue(field, client.fields[field], rules);
  if (remembered !== null && (optIn === null || remembered.at >= optIn.at)) values.unshift(remembered);
  return values;
}

/** The remembered value, in the words of today's rules where the text is the same for every report. */
function rememberedValue(field: string, state: FieldState | undefined, rules: Rules): Friendly | null {
  if (state === undefined || isRestrictiveState(state)) return null;
  const { by, value, at } = state;
  if (by === undefined) return { value, at };
  const own = rules.reactions.find(({ name }) => name === by);
  const text = (own ?? substituteFor(by, rules))?.fields[field];
  if (text === undefined) return null;
  return { value: text.includes('{') ? value : text, at };
}

function substituteFor(name: string, rules: Rules): Reaction | undefined {
  return name.endsWith('_subscribed')
    ? rules.reactions.find((reaction) => reaction.name === 'customer_subscribed')
    : undefined;
}
