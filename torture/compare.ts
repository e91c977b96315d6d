import type { Expected, ExpectedOrder, Verdict } from './oracle.ts';

/** The actual state of both simulators. */
export interface Actual {
  /** Of each person, in the order in which Customer.io processed them. `at`: unix seconds. */
  events: Map<string, { name: string; at: number }[]>;
  /** Of each deal, in the order in which they were written. */
  notes: Map<number, string[]>;
  tasks: Map<number, string[]>;
  /** `email_status` of each deal; null where it is empty. */
  fields: Map<number, string | null>;
}

export interface Comparison {
  expected: number;
  lost: string[];
  doubled: string[];
  /** Effects that the oracle does not expect. */
  strange: string[];
  wrongFields: string[];
  outOfOrder: string[];
}

/** Counts what is missing and what is too much. Pure. */
export function compare(verdict: Verdict, actual: Actual): Comparison {
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const expected of verdict.effects) {
    const found = actualCount(expected, actual);
    const what = `${expected.kind} on deal ${expected.dealId} of ${expected.person}: ${expected.what}`;
    for (let missing = found; missing < expected.least; missing++) lost.push(what);
    for (let extra = expected.most; extra < found; extra++) doubled.push(what);
  }
  return {
    expected: verdict.effects.reduce((sum, { least }) => sum + least, 0),
    lost,
    doubled,
    strange: strangers(verdict.effects, actual),
    wrongFields: verdict.fields
      .filter(({ dealId, value }) => (actual.fields.get(dealId) ?? null) !== value)
      .map(
        ({ dealId, value }) =>
          `deal ${dealId}: ${actual.fields.get(dealId) ?? 'empty'} instead of ${value ?? 'empty'}`,
      ),
    outOfOrder: verdict.orders.flatMap((order) => wrongOrder(order, actual)),
  };
}

function actualCount({ kind, dealId, person, what }: Expected, actual: Actual): number {
  if (kind === 'event') return (actual.events.get(person) ?? []).filter(({ name }) => name === what).length;
  return textsOf(kind, dealId, actual).filter((text) => text === what).length;
}

function textsOf(kind: 'note' | 'task', dealId: number, actual: Actual): string[] {
  return (kind === 'note' ? actual.notes : actual.tasks).get(dealId) ?? [];
}

function strangers(effects: Expected[], actual: Actual): string[] {
  const known = new Set(
    effects.map(({ kind, dealId, person, what }) => `${kind}/${kind === 'event' ? person : dealId}/${what}`),
  );
  const all = [
    ...[...actual.events].flatMap(([person, events]) => events.map(({ name }) => `event/${person}/${name}`)),
    ...[...actual.notes].flatMap(([dealId, texts]) => texts.map((text) => `note/${dealId}/${text}`)),
    ...[...actual.tasks].flatMap(([dealId, texts]) => texts.map((text) => `task/${dealId}/${text}`)),
  ];
  return all.filter((key) => !known.has(key));
}

/** Events of one name are distinguished by their time; of equal notes the nth belongs to the nth event. */
function wrongOrder({ dealId, person, first, second }: ExpectedOrder, actual: Actual): string[] {
  const events = actual.events.get(person) ?? [];
  const place = ({ event, at }: { event: string; at: number }) =>
    events.findIndex(({ name, at: when }) => name === event && Math.abs(when - at) <= 1);
  const [a, b] = [place(first), place(second)];
  const wrong = a >= 0 && b >= 0 && a > b ? [`${person}: ${second.event} before ${first.event}`] : [];
  const notes = actual.notes.get(dealId) ?? [];
  const nth = (side: { event: string; note: string }, index: number) => {
    const earlier = events.slice(0, index).filter(({ name }) => name === side.event).length;
    return notes.map((text, at) => (text === side.note ? at : -1)).filter((at) => at >= 0)[earlier] ?? -1;
  };
  if (a < 0 || b < 0) return wrong;
  const [x, y] = [nth(first, a), nth(second, b)];
  return x >= 0 && y >= 0 && x > y
    ? [...wrong, `deal ${dealId}: note "${second.note}" before "${first.note}"`]
    : wrong;
}
