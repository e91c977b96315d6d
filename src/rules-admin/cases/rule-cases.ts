import type { Catalog } from '../../domain/entities.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { Db } from '../../store/database/database.ts';
import {
  addCase,
  casesOf,
  changeCase,
  deleteCase,
  type ListedCase,
  listCases,
  MAX_CASES,
} from '../../store/rule-cases.ts';
import type { Authorship } from '../../store/users/actor.ts';
import type { Origins } from '../decision.ts';
import type { DraftWork } from '../draft-work/draft-tasks.ts';
import { RulesError } from '../errors.ts';
import type { CaseList } from './case-list.ts';
import type { Captured, JudgedCase } from './case-schemas.ts';

export interface RuleCasesOptions {
  connection: string;
  db(): Promise<Db>;
  catalog(): Promise<Catalog | null>;
  origins: Origins;
  work: DraftWork;
}

/** The test cases of one connection: real events with the decision that rules shall come to. Every method throws RulesError. */
export class RuleCases implements CaseList {
  readonly #options: RuleCasesOptions;

  constructor(options: RuleCasesOptions) {
    this.#options = options;
  }

  async list(): Promise<ListedCase[]> {
    return listCases(await this.#options.db(), this.#options.connection);
  }

  async save(
    name: string,
    { title, dealId, contactIds, facts, expected }: Captured,
    by: Authorship,
  ): Promise<number> {
    const { connection, db } = this.#options;
    const added = {
      ...{ connection, name, title, deal_id: dealId, contact_ids: contactIds },
      ...{ facts: Buffer.from(facts, 'base64'), expected: Buffer.from(expected, 'base64') },
    };
    const id = await addCase(await db(), added, by);
    if (id !== null) return id;
    throw new RulesError(
      'conflict',
      `${connection} has ${MAX_CASES} test cases already. Delete one that you no longer need.`,
    );
  }

  async rename(id: number, name: string, by: Authorship): Promise<void> {
    const { connection, db } = this.#options;
    if (!(await changeCase(await db(), connection, id, { name }, by))) throw noSuchCase();
  }

  async remove(id: number, by: Authorship): Promise<void> {
    const { connection, db } = this.#options;
    if (!(await deleteCase(await db(), connection, id, by))) throw noSuchCase();
  }

  /** Expects what the rules come to from now on. */
  async expect(user: string, id: number, rules: Rules, by: Authorship): Promise<void> {
    const { connection, db, work } = this.#options;
    const [found] = await casesOf(await db(), connection, id);
    if (!found) throw noSuchCase();
    const { catalog } = await this.#judgedBy(rules);
    const decided = await work(user, 'decideCase', { rules, catalog, facts: found.facts });
    if (!decided)
      throw new RulesError(
        'conflict',
        'These rules need facts that the test case does not hold. Save it again.',
      );
    const expected = Buffer.from(decided.expected, 'base64');
    if (!(await changeCase(await db(), connection, id, { expected }, by))) throw noSuchCase();
  }

  /** What each case comes to by the rules. */
  async judge(user: string, rules: Rules): Promise<JudgedCase[]> {
    const { connection, db, work } = this.#options;
    const cases = await casesOf(await db(), connection);
    if (cases.length === 0) return [];
    return work(user, 'judgeCases', { ...(await this.#judgedBy(rules)), cases });
  }

  async #judgedBy(rules: Rules): Promise<{ rules: Rules; catalog: Catalog; origins: Origins }> {
    const { catalog, origins } = this.#options;
    const names = await catalog();
    if (names) return { rules, catalog: names, origins };
    throw new RulesError(
      'unavailable',
      'Stagepost has not read the Kommo account yet. Try again when the connection runs.',
    );
  }
}

function noSuchCase(): RulesError {
  return new RulesError('not_found', 'There is no such test case.');
}

/** @throws RulesError `conflict` where cases differ and nobody has accepted that, `invalid` where it is accepted without a reason */
export function assertAccepted(
  judged: readonly JudgedCase[],
  { acceptDifferentCases, note }: { acceptDifferentCases?: boolean | undefined; note?: string | undefined },
): string | null {
  const others = judged.filter(({ result }) => result !== 'same');
  if (others.length === 0) return null;
  const names = others
    .slice(0, MAX_NAMED)
    .map(({ name }) => `“${name}”`)
    .join(', ');
  const more = others.length > MAX_NAMED ? ` and ${others.length - MAX_NAMED} more` : '';
  const cases = `${others.length} of ${judged.length} test cases do not come out as expected: ${names}${more}`;
  if (!acceptDifferentCases)
    throw new RulesError('conflict', `${cases}. Look at them, and accept that, with a reason, to publish.`);
  if (!note?.trim())
    throw new RulesError('invalid', `${cases}. Give the reason why you publish all the same.`);
  return cases;
}

const MAX_NAMED = 5;
