import type { ListedCase } from '../../store/rule-cases.ts';
import type { Authorship } from '../../store/users/actor.ts';
import type { Captured } from './case-schemas.ts';

/** The test cases of one connection, apart from what they come to. Every method throws RulesError. */
export interface CaseList {
  list(): Promise<ListedCase[]>;
  /** @returns the id of the case */
  save(name: string, captured: Captured, by: Authorship): Promise<number>;
  rename(id: number, name: string, by: Authorship): Promise<void>;
  remove(id: number, by: Authorship): Promise<void>;
}
