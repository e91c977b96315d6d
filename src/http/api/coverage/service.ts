import type { Coverage, SentEvent } from '../../../domain/campaigns/coverage.ts';
import type { SeenCampaign } from '../../../store/campaigns/seen-campaigns.ts';

/** What is known of the campaigns that start from a connection's events. */
export interface CurrentCoverage {
  /** `reports`: there is no App API key, so only reports say which campaigns there are. */
  source: 'app_api' | 'reports';
  /** When the campaigns were last read, ms; null: not yet. */
  readAt: number | null;
  /** Why the last reading has failed; null where it has not. */
  failure: { message: string; at: number } | null;
  /** Null where the campaigns are not known. */
  coverage: Coverage | null;
  sent: SentEvent[];
  /** By source `reports`: the campaigns that reports have tied to events. */
  seen: SeenCampaign[];
  /** Pages of Customer.io; null where their addresses are not known. */
  links: { campaigns: string | null; campaign(id: number): string | null };
}

export interface ConnectionCoverage {
  /** @param events those of a draft; null: those of the active rules */
  current(events: SentEvent[] | null): Promise<CurrentCoverage>;
  /** Reads the campaigns now, unless they were read seconds ago. A failure of Customer.io is in `current`. */
  refresh(): Promise<void>;
  /** Whether a running campaign starts with this event; null where that is not known. */
  hasCampaign(event: string): Promise<boolean | null>;
}
