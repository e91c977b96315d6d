import type { Emitter } from '../../common/emitter.ts';
import type { Reports } from '../reports/reports.ts';
import type { CampaignOptions, FlagMode, MailMessage, SimulatorEvent, StoredEvent } from '../types.ts';
import type { ActivityLog } from './activity.ts';
import type { People } from './people.ts';

export interface Campaign extends CampaignOptions {
  id: number;
  actionId: number;
}

/** The rules in force in this workspace. */
export interface WorkspaceRules {
  idOnly: boolean;
  allowEmailUpdateById: boolean;
  nonUlidIds: 'accept' | 'refuse';
  flags: FlagMode;
}

/** Everything one Customer.io workspace holds, in memory. The files around it hold what can be done to it. */
export interface Workspace {
  readonly rules: WorkspaceRules;
  /** ms. */
  now(): number;
  /** Unix seconds. */
  seconds(): number;
  readonly people: People;
  /** Events in order of processing. */
  readonly events: StoredEvent[];
  /** By the caller's id; the scope of deduplication is assumed to be the workspace and without end. */
  readonly eventIds: Map<string, StoredEvent>;
  /** Anonymous events without a person so far, by anonymous_id. */
  readonly anonymous: Map<string, StoredEvent[]>;
  readonly campaigns: ReadonlyMap<string, Campaign>;
  /** By delivery id, oldest first. */
  readonly messages: Map<string, MailMessage>;
  /** Messages by folded address. */
  readonly mailboxes: Map<string, MailMessage[]>;
  /** Folded addresses that the mail provider no longer sends to, after a hard bounce or a spam mark. */
  readonly emailSuppressions: Set<string>;
  /** Folded addresses whose next message bounces, with the failure message. */
  readonly nextBounces: Map<string, string>;
  /** Members of manual segments, by segment id. */
  readonly segments: Map<string, Set<string>>;
  /** Custom objects by type and id. */
  readonly objects: Map<string, Map<string, unknown>>;
  readonly activities: ActivityLog;
  readonly reports: Reports;
  readonly emitter: Emitter<SimulatorEvent>;
}
