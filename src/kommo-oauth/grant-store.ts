import type { Keyring } from '../secrets/keyring.ts';
import { SEAL_CONTEXTS } from '../secrets/seal-contexts.ts';
import {
  changeGrant,
  claimRenewal,
  dueGrants,
  type GrantChange,
  grantsOfClient,
  readGrant,
  removeGrant,
  type StoredGrant,
  saveGrant,
  saveGrantee,
  troubledGrants,
} from '../store/connections/kommo-grants.ts';
import { changeStoredConnections } from '../store/connections/stored-connections.ts';
import type { Db } from '../store/database/database.ts';
import type { Grant, Grantee } from './grant.ts';
import type { Integration } from './token-endpoint.ts';

export interface GrantStoreOptions {
  db(): Promise<Db>;
  /** Opened for each use, so that a key that was rotated is seen. @throws KeyUnusable */
  keyring(): Keyring;
  /** As `keyring`, and makes the key where there is none yet. */
  keyringForWriting(): Keyring;
  /** What the configuration says of the integration; null where the connection is not in it. */
  configured(name: string): { clientId: string; clientSecret: string } | null;
}

interface Secrets {
  clientSecret: string;
  access: string | null;
  issuedAt: number | null;
  refresh: string | null;
  formerRefresh: string | null;
}

/** The grants in the database, with their secrets. */
export class GrantStore {
  readonly #options: GrantStoreOptions;

  constructor(options: GrantStoreOptions) {
    this.#options = options;
  }

  /** @throws SealError or KeyUnusable where its secrets cannot be read */
  async read(name: string): Promise<Grant | null> {
    const row = await readGrant(await this.#options.db(), name);
    return row && this.#grantOf(row);
  }

  /** Those of an integration. One whose secrets cannot be read is left out. */
  async ofClient(clientId: string): Promise<Grant[]> {
    const rows = await grantsOfClient(await this.#options.db(), clientId);
    return rows.flatMap((row) => {
      try {
        return [this.#grantOf(row)];
      } catch {
        return [];
      }
    });
  }

  async due(now: number, limit: number): Promise<string[]> {
    return dueGrants(await this.#options.db(), now, limit);
  }

  /** The names of those whose last renewal has failed. */
  async troubled(): Promise<string[]> {
    return troubledGrants(await this.#options.db());
  }

  /** Reserves the renewal; see `claimRenewal`. */
  async claim(grant: Grant, claimant: string, forMs: number): Promise<Grant | null> {
    const row = await claimRenewal(await this.#options.db(), grant, claimant, forMs);
    return row && this.#grantOf(row);
  }

  /** Stores the outcome of a renewal and ends its claim. @returns false where the tokens have changed meanwhile */
  change(grant: Grant): Promise<boolean> {
    return this.#write(async (trx, keyring) => {
      const { name: _, ...change } = rowOf(grant, keyring);
      return changeGrant(trx, grant, change satisfies GrantChange);
    });
  }

  /** Stores a grant, or an integration to be granted, in the place of an earlier one. */
  async save(grant: Omit<Grant, 'version'>): Promise<void> {
    await this.#write((trx, keyring) => saveGrant(trx, rowOf(grant, keyring)));
  }

  async saveGrantee({ name, grantedAt }: Pick<Grant, 'name' | 'grantedAt'>, grantee: Grantee): Promise<void> {
    await saveGrantee(await this.#options.db(), name, grantedAt, JSON.stringify(grantee));
  }

  async remove(name: string): Promise<void> {
    await removeGrant(await this.#options.db(), name);
  }

  /** Seals another secret for a short time. */
  seal(text: string, context: string): Promise<string> {
    return this.#write(async (_trx, keyring) => keyring.seal(text, context));
  }

  open(sealed: string, context: string): string {
    return this.#options.keyring().open(sealed, context);
  }

  /** Keys are opened only in such a transaction: a rotation could remove the one that is just used. */
  async #write<T>(work: (trx: Db, keyring: Keyring) => Promise<T>): Promise<T> {
    const db = await this.#options.db();
    return changeStoredConnections(db, (trx) => work(trx, this.#options.keyringForWriting()));
  }

  #grantOf(row: StoredGrant): Grant {
    const secrets = JSON.parse(
      this.#options.keyring().open(row.secrets, SEAL_CONTEXTS.kommoGrant(row.name)),
    ) as Secrets;
    const integration = { clientId: row.client_id, clientSecret: secrets.clientSecret };
    return {
      ...{ name: row.name, version: row.version, origin: row.origin, accountId: row.account_id },
      integration: { ...this.#newest(row.name, integration), redirectUri: row.redirect_uri },
      tokens:
        secrets.access === null || secrets.refresh === null
          ? null
          : {
              access: secrets.access,
              issuedAt: secrets.issuedAt ?? 0,
              accessEndsAt: row.access_ends_at ?? 0,
              refresh: secrets.refresh,
              refreshEndsAt: row.refresh_ends_at ?? 0,
              formerRefresh: secrets.formerRefresh,
            },
      ...{ codeHash: row.code_hash, grantedAt: row.granted_at, renewAt: row.renew_at },
      ...{ revokedAt: row.revoked_at, trouble: row.trouble, failures: row.failures },
      grantee: row.grantee === null ? null : (JSON.parse(row.grantee) as Grantee),
    };
  }

  /** A secret of the same integration that was changed in the configuration counts. */
  #newest(name: string, stored: Omit<Integration, 'redirectUri'>): Omit<Integration, 'redirectUri'> {
    const configured = this.#options.configured(name);
    return configured?.clientId === stored.clientId ? configured : stored;
  }
}

function rowOf(grant: Omit<Grant, 'version'>, keyring: Keyring) {
  const { name, integration, tokens } = grant;
  const secrets: Secrets = {
    clientSecret: integration.clientSecret,
    access: tokens?.access ?? null,
    issuedAt: tokens?.issuedAt ?? null,
    refresh: tokens?.refresh ?? null,
    formerRefresh: tokens?.formerRefresh ?? null,
  };
  return {
    name,
    client_id: integration.clientId,
    redirect_uri: integration.redirectUri,
    origin: grant.origin,
    account_id: grant.accountId,
    secrets: keyring.seal(JSON.stringify(secrets), SEAL_CONTEXTS.kommoGrant(name)),
    code_hash: grant.codeHash,
    granted_at: grant.grantedAt,
    access_ends_at: tokens?.accessEndsAt ?? null,
    refresh_ends_at: tokens?.refreshEndsAt ?? null,
    renew_at: grant.renewAt,
    revoked_at: grant.revokedAt,
    trouble: grant.trouble,
    failures: grant.failures,
    grantee: grant.grantee === null ? null : JSON.stringify(grant.grantee),
  };
}
