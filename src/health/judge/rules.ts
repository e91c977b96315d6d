import { en } from '../../languages/en.ts';
import { type Draft, draft } from '../codes.ts';
import type { ConnectionFacts } from '../facts.ts';
import type { Proof } from '../health.ts';
import { judgePlanning } from './lanes.ts';

const { messages } = en.health;

/** So many moves within a week without a single event mean that the rules name other stages than people use. */
const MOVES_WITHOUT_EVENT = 20;

export function judgeRules(facts: ConnectionFacts): { items: Draft[]; proofs: Proof[] } {
  const { connection, run } = facts;
  const items = [...judgeContents(facts), ...judgePlanning(facts)];
  if (run.state === 'waiting')
    items.unshift(draft('connection_waiting', connection, messages.connectionWaiting(String(run.reason))));
  return { items, proofs: [rulesProof(facts)] };
}

function judgeContents({ connection, rules }: ConnectionFacts): Draft[] {
  const { stages, reactions, trouble, error, missing, moves, sent, version } = rules;
  if (error !== null) return [draft('rules_unreadable', connection, error)];
  const items: Draft[] = [];
  if (trouble !== null) items.push(draft('rules_not_active', connection, trouble));
  if (stages + reactions === 0) {
    return [
      ...items,
      draft('rules_missing', connection, version === 0 ? messages.rulesNone : messages.rulesEmpty),
    ];
  }
  if (stages === 0) items.push(draft('rules_without_stages', connection, messages.rulesWithoutStages));
  else if (moves >= MOVES_WITHOUT_EVENT && sent === 0)
    items.push(draft('rules_never_match', connection, messages.rulesNeverMatch(String(moves))));
  if (missing !== null && missing.names.length > 0)
    items.push(draft('rules_name_missing', connection, listed(missing.names)));
  if (missing !== null && missing.fields.length > 0)
    items.push(draft('rules_field_missing', connection, listed(missing.fields)));
  return items;
}

function listed(texts: string[]): string {
  return texts.length > 3 ? `${texts.slice(0, 3).join(' ')} And ${texts.length - 3} more.` : texts.join(' ');
}

function rulesProof({ rules, run }: ConnectionFacts): Proof {
  const isProven = rules.stages + rules.reactions > 0 && rules.error === null && run.state === 'running';
  const { title, by, todo } = en.health.proofs.rules;
  return {
    name: 'rules',
    title,
    isProven,
    isContradicted: false,
    at: null,
    by: isProven ? by : null,
    isRequired: true,
    todo,
  };
}
