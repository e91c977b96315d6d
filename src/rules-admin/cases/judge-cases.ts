import type { Catalog } from '../../domain/entities.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { simulate } from '../../pipeline/plan/simulate.ts';
import { decisionOf, isSameDecision, type Origins, type ShownDecision } from '../decision.ts';
import { packExpected, unpackExpected, unpackFacts } from './case-facts.ts';
import type { JudgedCase } from './case-schemas.ts';

export interface CasesInput {
  cases: { id: number; name: string; title: string; facts: Uint8Array; expected: Uint8Array }[];
  rules: Rules;
  catalog: Catalog;
  origins: Origins;
}

export interface CaseInput extends Pick<CasesInput, 'rules' | 'catalog'> {
  facts: Uint8Array;
}

/** Decisions take room, so only so many cases show theirs. */
const MAX_SHOWN = 20;

/** What each case comes to by the rules, compared with what is expected. */
export function judgeCases({ cases, ...by }: CasesInput): JudgedCase[] {
  let shown = 0;
  return cases.map(({ id, name, title, facts, expected }) => {
    const wanted = unpackExpected(expected);
    const decided = decide(facts, by);
    if (!wanted || !decided) return { id, name, title, result: 'unknown', expected: null, actual: null };
    if (isSameDecision(wanted, decided.decision))
      return { id, name, title, result: 'same', expected: null, actual: null };
    shown += 1;
    const isShown = shown <= MAX_SHOWN;
    const show = (one: ShownDecision) =>
      isShown ? decisionOf(one, by.origins, by.catalog, decided.deals) : null;
    return { id, name, title, result: 'different', expected: show(wanted), actual: show(decided.decision) };
  });
}

/** The decision about a case by the rules, packed, to be expected from now on; null where it cannot be judged. */
export function decideCase({ facts, ...by }: CaseInput): { expected: string } | null {
  const decided = decide(facts, by);
  return decided && { expected: packExpected(decided.decision).toString('base64') };
}

function decide(packed: Uint8Array, { rules, catalog }: Omit<CaseInput, 'facts'>) {
  const facts = unpackFacts(packed);
  if (!facts) return null;
  const { state, people, ...gathered } = facts;
  const [simulated] = simulate({ ...gathered, catalog, variants: [{ rules, state, people }] });
  if (!simulated?.isComplete) return null;
  return { decision: simulated.decisions[0]!, deals: facts.deals };
}
