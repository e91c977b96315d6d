import type { AppClient, TrackClient } from '../customerio/index.ts';
import type { Catalog } from '../domain/entities.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { KommoClient } from '../kommo/index.ts';

/** A connection as the pipeline uses it: the clients of both sides, the account's catalog and the rules. */
export interface Connection {
  name: string;
  /** The holder of the connection's lease: the name under which this process acquired it. */
  owner: string;
  kommo: KommoClient;
  track: TrackClient;
  /** Null where the configuration has no App API key. */
  app: AppClient | null;
  catalog: Catalog;
  rules: Rules;
  /** Who gets the tasks of colleagues who have left: a user's name, email or id. Null: the token's user. */
  taskUser?: string | null;
  /** How often Kommo's events log is read, ms, where no webhook reports changes; null: Kommo sends webhooks. */
  pollEveryMs?: number | null;
  /** The published version of the rules; 0: none is published yet. Null where the rules come from the file. */
  rulesVersion: number | null;
  /** Reads the catalog again, for example for a field created since the start. The rules stay as they are. */
  refreshCatalog(): Promise<Catalog>;
}
