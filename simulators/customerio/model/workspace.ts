import type { Emitter } from '../../common/emitter.ts';
import type { Reports } from '../reports/reports.ts';
import type {
  CampaignOptions,
  CampaignState,
  ChannelOptions,
  CustomerioSwitches,
  FlagMode,
  ListedCampaign,
  ListedMessage,
  MailMessage,
  SimulatorEvent,
  StoredEvent,
  TopicOptions,
} from '../types.ts';
import type { ActivityLog } from './activity.ts';
import type { Broadcasts } from './broadcasts.ts';
import type { Collections } from './collections.ts';
import type { Exports } from './exports.ts';
import type { Objects } from './objects.ts';
import type { People } from './people.ts';
import type { Segments } from './segments.ts';
import type { Snippet } from './snippets.ts';
import type { SuppressionList } from './suppressions.ts';

export type { Segment } from './segments.ts';

export interface Campaign extends CampaignOptions {
  id: number;
  actionId: number;
  state: CampaignState;
}

/** What only the lists of the App API show. */
export interface Listed {
  campaigns: readonly ListedCampaign[];
  newsletters: readonly ListedMessage[];
  transactional: readonly ListedMessage[];
}

/** The rules in force in this workspace. */
export interface WorkspaceRules {
  idOnly: boolean;
  allowEmailUpdateById: boolean;
  nonUlidIds: 'accept' | 'refuse';
  flags: FlagMode;
  switches: CustomerioSwitches;
  topics: readonly TopicOptions[];
  channels: readonly ChannelOptions[];
  broadcastIntervalMs: number;
  exportMs: number;
}

/** Everything one Customer.io workspace holds, in memory. The files around it hold what can be done to it. */
export interface Workspace {
  readonly rules: WorkspaceRules;
  /** ms. */
  now(): number;
  /** Unix seconds. */
  seconds(): number;
  /** The origin of links in an answer, by the Host header of its caller. */
  origin(host: string | string[] | undefined): string;
  readonly people: People;
  /** Events in order of processing. */
  readonly events: StoredEvent[];
  /** By the caller's id; the scope of deduplication is assumed to be the workspace and without end. */
  readonly eventIds: Map<string, StoredEvent>;
  /** Anonymous events without a person so far, by anonymous_id. */
  readonly anonymous: Map<string, StoredEvent[]>;
  readonly campaigns: ReadonlyMap<string, Campaign>;
  readonly listed: Listed;
  /** By delivery id, oldest first. */
  readonly messages: Map<string, MailMessage>;
  /** Messages by folded address. */
  readonly mailboxes: Map<string, MailMessage[]>;
  /** Addresses that the mail provider no longer sends to. */
  readonly suppressions: SuppressionList;
  /** Folded addresses whose next message bounces, with the failure message. */
  readonly nextBounces: Map<string, string>;
  readonly segments: Segments;
  /** Custom objects, with the people they are related to. */
  readonly objects: Objects;
  readonly broadcasts: Broadcasts;
  readonly exports: Exports;
  readonly collections: Collections;
  /** By their names. */
  readonly snippets: Map<string, Snippet>;
  readonly activities: ActivityLog;
  readonly reports: Reports;
  readonly emitter: Emitter<SimulatorEvent>;
}
