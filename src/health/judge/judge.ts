import type { Draft } from '../codes.ts';
import type { ConnectionFacts } from '../facts.ts';
import type { HealthSide, Proof } from '../health.ts';
import { withItems } from './contradictions.ts';
import { judgeCustomerio } from './customerio.ts';
import { judgeKommo } from './kommo.ts';
import { judgeRules } from './rules.ts';

/** What is judged of one side, before the monitor has added since when. */
export interface Judgement {
  side: HealthSide;
  items: Draft[];
  proofs: Proof[];
}

/** From facts to health. Pure: the same facts give the same judgement. */
export function judgeConnection(facts: ConnectionFacts): Judgement[] {
  const judged: Judgement[] = [
    { side: 'kommo', ...judgeKommo(facts) },
    { side: 'customerio', ...judgeCustomerio(facts) },
    { side: 'rules', ...judgeRules(facts) },
  ];
  return judged.map((side) => ({
    ...side,
    proofs: side.proofs.map((proof) => withItems(proof, side.items)),
  }));
}
