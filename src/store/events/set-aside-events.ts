import { sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import type { Millis } from '../database/schema.ts';

export interface PlanAgainOptions {
  connection: string;
  /** The version of the rules that are active now; null where they come from the file. */
  rulesVersion: number | null;
  /** Whether the process has just started, perhaps with a newer Stagepost. */
  isStart: boolean;
  /** How many attempts the events that failed have behind them. */
  attempts: number;
  /** Only events that were stored after this time. */
  since: Millis;
}

/**
 * Makes events that were put aside new again, where what has harmed them may be gone: the rules, if others are active now,
 * or a fault of Stagepost, after a start.
 * @returns how many they are
 */
export async function planSetAsideAgain(
  trx: LeasedTransaction,
  { connection, rulesVersion, isStart, attempts, since }: PlanAgainOptions,
): Promise<number> {
  const { rows } = await sql`
    update events set state = 'new', reason = null, warnings = '[]', set_aside = null, planning_crashes = 0,
      attempts = case when set_aside = 'planning_failed' then ${attempts} else 0 end, next_attempt_at = 0
    where connection = ${connection} and set_aside is not null and created_at > ${since} and payload <> '{}' and (
      set_aside in ('planning_crashed', 'planning_timed_out') and rules_version is distinct from ${rulesVersion}::int
      or set_aside = 'planning_failed' and ${isStart}::boolean
    )
    returning 1
  `.execute(trx);
  return rows.length;
}
