import { type Expected, type ExpectedOrder, ofDeal, type Verdict } from './oracle.ts';
import type { PersonId } from './people.ts';
import { launchNote } from './texts.ts';

/** One effect as it stands at a simulator. */
export interface ActualEffect {
  kind: Expected['kind'];
  /** Named as the oracle names it. */
  what: string;
  dealId: number;
  /** Whom it is about; null where it does not say. */
  person: PersonId | null;
}

/** The actual state of both simulators. */
export interface Actual {
  effects: ActualEffect[];
  /** Of each deal, in the order in which Customer.io processed them. `at`: unix seconds. */
  events: Map<number, { name: string; at: number }[]>;
  /** `what` of the notes of each deal, in the order in which they were written. */
  notes: Map<number, string[]>;
  /** `email_status` of each deal; null where it is empty. */
  fields: Map<number, string | null>;
  /** Whether each profile at Customer.io is unsubscribed, by the person. */
  profiles: { person: PersonId | null; address: string; isCurrent: boolean; isUnsubscribed: boolean }[];
}

export interface Comparison {
  expected: number;
  lost: string[];
  doubled: string[];
  /** Effects that the oracle does not expect. */
  strange: string[];
  /** On a deal, or about a person, whom they have nothing to do with. */
  misplaced: string[];
  wrongFields: string[];
  outOfOrder: string[];
  /** Opted-out people whose current profile gets email. */
  openProfiles: string[];
  /** People with more than one profile. */
  severalProfiles: string[];
}

/** Counts what is missing, what is too much, and what is in the wrong place. Pure. */
export function compare(verdict: Verdict, actual: Actual): Comparison {
  const found = Map.groupBy(actual.effects, ({ kind, what }) => `${kind}/${what}`);
  const of = ({ kind, what }: Expected) => found.get(`${kind}/${what}`) ?? [];
  const times = (effect: Expected, count: number) =>
    Array.from({ length: Math.max(0, count) }, () => wordsOf(effect));
  return {
    expected: verdict.effects.reduce((sum, { least }) => sum + least, 0),
    lost: verdict.effects.flatMap((effect) => times(effect, effect.least - of(effect).length)),
    doubled: verdict.effects.flatMap((effect) => times(effect, of(effect).length - effect.most)),
    strange: strange(verdict.effects, actual),
    misplaced: verdict.effects.flatMap((effect) =>
      of(effect)
        .filter(({ dealId, person }) => !isInPlace(effect, dealId, person))
        .map(({ dealId, person }) => `${wordsOf(effect)}; is on deal ${dealId} about person ${person}`),
    ),
    wrongFields: verdict.fields.flatMap(({ dealId, values }) => {
      const value = actual.fields.get(dealId) ?? null;
      const shown = (one: string | null) => one ?? 'empty';
      return values.includes(value)
        ? []
        : [`deal ${dealId}: ${shown(value)} instead of ${values.map(shown).join(' or ')}`];
    }),
    outOfOrder: verdict.orders.flatMap((order) => wrongOrder(order, actual)),
    openProfiles: actual.profiles
      .filter(
        ({ person, isCurrent, isUnsubscribed }) =>
          person !== null && isCurrent && verdict.optedOut.has(person) && !isUnsubscribed,
      )
      .map(({ address, person }) => `${address} of person ${person}`),
    severalProfiles: severalProfiles(actual),
  };
}

function wordsOf({ kind, what, deals, people }: Expected): string {
  return `${kind} ${what}, deals ${[...deals].join(' ')}, people ${[...people].join(' ')}`;
}

function isInPlace({ deals, people }: Expected, dealId: number, person: PersonId | null): boolean {
  return deals.has(dealId) && (person === null || people.has(person));
}

function strange(effects: Expected[], actual: Actual): string[] {
  const known = new Set(effects.map(({ kind, what }) => `${kind}/${what}`));
  return actual.effects
    .filter(({ kind, what }) => !known.has(`${kind}/${what}`))
    .map(({ kind, what, dealId, person }) => `${kind} ${what} on deal ${dealId} about person ${person}`);
}

function severalProfiles({ profiles }: Actual): string[] {
  const byPerson = Map.groupBy(
    profiles.filter(({ person }) => person !== null),
    ({ person }) => person!,
  );
  return [...byPerson]
    .filter(([, own]) => own.length > 1)
    .map(([person, own]) => `person ${person}: ${own.map(({ address }) => address).join(', ')}`);
}

/** Events of one name are distinguished by their time; of equal notes the nth belongs to the nth event. */
function wrongOrder({ dealId, first, second }: ExpectedOrder, actual: Actual): string[] {
  const events = actual.events.get(dealId) ?? [];
  const place = ({ event, at }: { event: string; at: number }) =>
    events.findIndex(({ name, at: when }) => name === event && Math.abs(when - at) <= 1);
  const [a, b] = [place(first), place(second)];
  if (a < 0 || b < 0) return [];
  const wrong = a > b ? [`deal ${dealId}: ${second.event} before ${first.event}`] : [];
  const notes = actual.notes.get(dealId) ?? [];
  const nth = (event: string, index: number) => {
    const earlier = events.slice(0, index).filter(({ name }) => name === event).length;
    const what = ofDeal(launchNote(event), dealId);
    return notes.map((one, at) => (one === what ? at : -1)).filter((at) => at >= 0)[earlier] ?? -1;
  };
  const [x, y] = [nth(first.event, a), nth(second.event, b)];
  return x >= 0 && y >= 0 && x > y
    ? [...wrong, `deal ${dealId}: note of ${second.event} before that of ${first.event}`]
    : wrong;
}
