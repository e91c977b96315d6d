import type { AppClient, TrackClient } from '../customerio/index.ts';
import type { Catalog } from '../domain/entities.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { KommoClient } from '../kommo/index.ts';

/** One connection as the flow works with it: its two sides, and its rules over its catalog. */
export interface Connection {
  name: string;
  /** Who holds the connection's lease: this process, by the name it took it under. */
  owner: string;
  kommo: KommoClient;
  track: TrackClient;
  /** Null where the configuration has no App API key. */
  app: AppClient | null;
  catalog: Catalog;
  rules: Rules;
  /** Which published version these rules are; 0: nothing was published yet. Null where the file gives them. */
  rulesVersion: number | null;
  /** Reads the catalog again, for a field that was made since. Keeps the rules. */
  refreshCatalog(): Promise<Catalog>;
}
