import { type Destination, namesOfKind } from '../domain/actions.ts';
import type { FailureClass, FailureCode } from '../domain/errors.ts';
import { type RuleName, ruleOfTitle } from '../domain/rules/rule-title.ts';
import type { Selection } from '../store/actions/dead-letter-selection.ts';
import { countDead, type DeadCount, type DeadLetter, listDead } from '../store/actions/dead-letters.ts';
import type { Db } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { type Advice, adviceFor, causeOf, isOfRule } from './advice.ts';
import { URGENCIES, type Urgency, urgencyOf } from './urgency.ts';

/** Dead letters of one cause. */
export interface FailureGroup extends Advice {
  connection: string;
  lane: Destination;
  /** Perhaps one that only another version of Stagepost knows. */
  kind: string;
  /** What people call its actions. */
  names: { one: string; many: string };
  failure: FailureClass | null;
  /** The cause, where it is known. */
  code: FailureCode | null;
  /** The destination's words, "…" where they differ; null where they were removed after the retention time. */
  words: string | null;
  urgency: Urgency;
  /** The rule at fault; null where the cause is not in one rule. */
  rule: RuleName | null;
  /** The deal field that could not be set. */
  field: string | null;
  count: number;
  /** How many deals are affected, counting people without a deal. */
  subjects: number;
  /** What was not sent because an action of this group has failed. */
  followers: { kind: string; names: { one: string; many: string }; count: number }[];
  /** When the first and the last of them died, ms. */
  first: Millis;
  last: Millis;
  /** The contents were removed after the retention time: these cannot be replayed. */
  removed: boolean;
  /** The oldest few, each of another deal or person. */
  examples: DeadLetter[];
}

export interface Failures {
  /** All dead letters, with those that wait for others. */
  total: number;
  /** When the last of them died, ms; null where there are none. */
  last: Millis | null;
  /** The most urgent first, then the largest. */
  groups: FailureGroup[];
}

const EXAMPLES = 5;
/** Some of the oldest may be of one deal. */
const CANDIDATES = 4 * EXAMPLES;

/** The dead letters of each cause, the most urgent group first. */
export async function readFailures(db: Db, selection: Selection): Promise<Failures> {
  const byCause = new Map<string, Group>();
  for await (const counts of countDead(db, selection, CANDIDATES)) addToGroups(byCause, counts);
  const groups = [...byCause.values()].sort(
    (a, b) => URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency) || b.count - a.count,
  );
  const ids = groups.flatMap((group) => group.ids);
  const letters = await listDead(db, { connections: selection.connections, ids }, 0, ids.length);
  const byId = new Map(letters.map((letter) => [letter.id, letter]));
  return {
    total: groups.reduce((sum, group) => sum + sizeOf(group), 0),
    last: groups.length === 0 ? null : Math.max(...groups.map(({ last }) => last)),
    groups: groups.map(({ ids: own, subjects, ...group }) => ({
      ...group,
      subjects: subjects.size,
      examples: examplesOf(own.flatMap((id) => byId.get(id) ?? [])),
    })),
  };
}

type Group = Omit<FailureGroup, 'examples' | 'subjects'> & { ids: number[]; subjects: Set<string> };

function sizeOf({ count, followers }: Pick<FailureGroup, 'count' | 'followers'>): number {
  return followers.reduce((sum, follower) => sum + follower.count, count);
}

function examplesOf(letters: readonly DeadLetter[]): DeadLetter[] {
  const subjectOf = ({ dealId, person }: DeadLetter) => String(dealId ?? person);
  return [...Map.groupBy(letters, subjectOf).values()].map(([first]) => first!).slice(0, EXAMPLES);
}

/** Puts together what differs only in ids and emails, and what followed from it. */
function addToGroups(groups: Map<string, Group>, counts: DeadCount[]): void {
  for (const row of counts) {
    const { connection, lane, kind, failure, code, removed, field } = row;
    const words = row.error === null ? null : causeOf(row.error);
    const rule = isOfRule(row) ? row.rule : null;
    const cause = { connection, lane, kind, failure, code, removed, field, words };
    const key = JSON.stringify([...Object.values(cause), rule]);
    const group = groups.get(key);
    if (row.follower !== null) {
      // A cause is read before what follows from it, unless it has failed during the reading: then it is counted next time.
      if (group) addFollowers(group, row.follower, row.count);
    } else if (group) addMore(group, row);
    else {
      const { ids, count, first, last } = row;
      groups.set(key, {
        ...{ ...cause, ...adviceFor(row), urgency: urgencyOf(row) },
        ...{ names: namesOfKind(kind), rule: ruleOfTitle(rule) },
        ...{ ids, count, first, last, subjects: new Set(row.subjects), followers: [] },
      });
    }
  }
}

function addMore(group: Group, { count, first, last, ids, subjects }: DeadCount): void {
  group.count += count;
  group.first = Math.min(group.first, first);
  group.last = Math.max(group.last, last);
  group.ids = [...group.ids, ...ids].sort((a, b) => a - b).slice(0, CANDIDATES);
  for (const subject of subjects) group.subjects.add(subject);
}

function addFollowers({ followers }: Group, kind: string, count: number): void {
  const known = followers.find((follower) => follower.kind === kind);
  if (known) known.count += count;
  else followers.push({ kind, names: namesOfKind(kind), count });
}
