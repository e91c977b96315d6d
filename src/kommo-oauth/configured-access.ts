import type { Integration } from './token-endpoint.ts';

/** What the configuration says of a connection. */
export interface ConfiguredAccess {
  /** The account's address. */
  origin: string;
  /** Connections of the file cannot be changed here. */
  source: 'file' | 'console';
  kind: 'token' | 'oauth';
  /** Null with a long-lived token. */
  integration: Omit<Integration, 'redirectUri'> | null;
  /** Null: the usual one. */
  redirectUri: string | null;
}
