import type { Json } from '../../../domain/entities.ts';
import type { Millis } from './common.ts';

/** Something that was seen of a connection; see `Evidence` in src/store/health/evidence.ts. */
export interface HealthEvidenceRow {
  connection: string;
  name: string;
  fingerprint: string;
  first_at: Millis;
  at: Millis;
  count: number;
  detail: string | null;
}

/** The last judgement of a connection. `judged_at` is by the database's clock. */
export interface HealthJudgementRow {
  connection: string;
  judged_at: Millis;
  judgement: Json;
}

/** How large the database was; see `DiskSample` in src/store/health/disk-samples.ts. */
export interface DiskSampleRow {
  at: Millis;
  database_bytes: number;
  free_bytes: number | null;
}
