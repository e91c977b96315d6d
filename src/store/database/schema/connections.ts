import type { Generated } from 'kysely';
import type { Campaign, Sender } from '../../../domain/campaigns/campaign.ts';
import type { Catalog, UnixSeconds } from '../../../domain/entities.ts';
import type { Millis } from './common.ts';

export interface ConnectionRow {
  connection: string;
  catalog: Catalog | null;
  catalog_at: Millis | null;
  /** The configuration whose names were last found in the catalog. */
  catalog_for: string | null;
  owner: string | null;
  owner_until: Millis;
  /** When Stagepost first ran the connection; null before. */
  reconciled_from: UnixSeconds | null;
  /** How far the events log was read. */
  reconciled_to: UnixSeconds | null;
  /** The part of the events log that was too old to be read, and when that was noticed; null where there is none. */
  log_unread_from: UnixSeconds | null;
  log_unread_to: UnixSeconds | null;
  log_unread_at: Millis | null;
  /** After an unclean end of the process: the only event that is being planned, or was planned last. */
  planning_event: number | null;
  /** How many runs in a row ended while a single event was planned. */
  planning_crashes: Generated<number>;
  /** The Customer.io workspace that the keys belong to; null before Customer.io has named it. */
  workspace_id: number | null;
}

/** A connection that is kept in the database; see src/config/stored-connection.ts. */
export interface StoredConnectionRow {
  connection: string;
  /** Its keys in stagepost.yaml without rules and secrets, as JSON. */
  settings: string;
  /** Its secrets by key, as JSON, encrypted. */
  secrets: string;
  /** Grows with every change of any of them. */
  change: Generated<number>;
  created_at: Millis;
  updated_at: Millis;
  /** Null where it is not paused. */
  paused_at: Millis | null;
  /** Set by a resumption until the inactivity timers that ran out during the pause are due again. */
  resumed_at: Millis | null;
}

export interface ConnectionSetupRow {
  /** The name that the connection will have. */
  name: string;
  /** What was answered and found, without secrets, as JSON. */
  answers: string;
  /** The secrets by key, as JSON, encrypted. */
  secrets: string;
  /** The name of the person who has begun it. */
  created_by: string;
  created_at: Millis;
  updated_at: Millis;
}

/** The campaigns of a connection's workspace, as they were last read from the App API. */
export interface CampaignListRow {
  connection: string;
  workspace_id: number | null;
  campaigns: Campaign[];
  is_cut: boolean;
  /** Newsletters, broadcasts and transactional messages, for their names. */
  senders: Sender[];
  /** When the campaigns were last read; null: not yet. */
  read_at: Millis | null;
  /** When the senders were last read. */
  senders_read_at: Millis | null;
  /** Why the last reading has failed; null where it has not. */
  failure: string | null;
  failed_at: Millis | null;
}

/** Access to a Kommo account by OAuth, of a connection or of a setup of the same name. */
export interface KommoGrantRow {
  name: string;
  client_id: string;
  /** The redirect URL that the grant belongs to. */
  redirect_uri: string;
  /** The account's; null before the first grant. */
  origin: string | null;
  account_id: number | null;
  /** The integration's secret and all tokens as JSON, encrypted. */
  secrets: string;
  /** Of the last authorization code that was exchanged. */
  code_hash: string | null;
  granted_at: Millis | null;
  access_ends_at: Millis | null;
  refresh_ends_at: Millis | null;
  /** When the next renewal is due; null where there is nothing to renew. */
  renew_at: Millis | null;
  /** When Kommo refused to renew it; null while it is in force. */
  revoked_at: Millis | null;
  /** Why the last renewal has failed, as a sentence; null where it has not. */
  trouble: string | null;
  /** Renewals that have failed in a row. */
  failures: Generated<number>;
  /** Who granted it and with which rights, as JSON; null where that was not read yet. */
  grantee: string | null;
  /** Grows with each change of the tokens. */
  version: Generated<number>;
  /** Who is renewing it, and until when nobody else may, by the database's clock. */
  claimed_by: string | null;
  claimed_until: Millis | null;
}

/** An authorization that somebody has started in the console. */
export interface KommoAuthorizationRow {
  state_hash: string;
  name: string;
  way: 'button' | 'integration';
  /** Of the cookie of the browser that has started it; null where no browser has. */
  browser_hash: string | null;
  redirect_uri: string;
  /** ID and secret of the integration that Kommo has made for it, as JSON, encrypted. */
  integration: string | null;
  started_at: Millis;
  ends_at: Millis;
  /** When Kommo came back with it. */
  redeemed_at: Millis | null;
  /** `done`, or the code of what went wrong; null while it is open. */
  outcome: string | null;
}
