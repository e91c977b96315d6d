import type { Generated } from 'kysely';
import type {
  BackfillCounts,
  BackfillFilter,
  BackfillPlan,
  BackfillState,
  LeftOutDeal,
} from '../../../domain/backfill.ts';
import type { Json } from '../../../domain/entities.ts';
import type { Millis } from './common.ts';
import type { EventStage } from './events.ts';

/** A job that brings the deals which are in Kommo already to Customer.io. */
export interface BackfillRow {
  id: Generated<number>;
  connection: string;
  state: BackfillState;
  filter: BackfillFilter;
  /** The stages for whose deals events are prepared, which then wait in a hold. */
  event_stages: EventStage[];
  /** Null until it was made. */
  plan: BackfillPlan | null;
  counts: BackfillCounts;
  /** Null until the first deals are stored. */
  list_cursor: Json | null;
  /** Why it cannot go on, for people. */
  problem: string | null;
  created_by: string;
  created_at: Millis;
  started_at: Millis | null;
  /** How long it has worked, without pauses and stops. */
  worked_ms: Millis;
  ended_at: Millis | null;
}

export interface BackfillLeftOutRow extends Pick<LeftOutDeal, 'outcome' | 'detail'> {
  backfill_id: number;
  deal_id: number;
}
