import { KeyUnusable } from '../secrets/key-source.ts';
import { type Keyring, SealError } from '../secrets/keyring.ts';
import { SEAL_CONTEXTS } from '../secrets/seal-contexts.ts';
import {
  addSetup,
  removeSetup,
  type StoredSetup,
  saveSetup,
  storedSetup,
  storedSetups,
} from '../store/connections/connection-setups.ts';
import { changeStoredConnections } from '../store/connections/stored-connections.ts';
import type { Db } from '../store/database/database.ts';
import type { SetupAnswers, SetupSecrets } from './answers.ts';
import type { SetupState } from './progress.ts';
import { SetupError } from './setup-error.ts';

export interface SetupStoreOptions {
  db(): Promise<Db>;
  /** Makes the key of secrets where there is none. @throws KeyUnusable */
  keyring(): Keyring;
  now(): number;
}

/** What a change of a setup may touch. */
export interface Draft {
  answers: SetupAnswers;
  secrets: SetupSecrets;
}

/** What the secrets of a setup are sealed for. */
export const setupContext = SEAL_CONTEXTS.setup;

/** Reads and writes setups. Their secrets are opened and sealed only while no key of secrets can be rotated. */
export class SetupStore {
  readonly #options: SetupStoreOptions;

  constructor(options: SetupStoreOptions) {
    this.#options = options;
  }

  db(): Promise<Db> {
    return this.#options.db();
  }

  /** The newest first. */
  async all(): Promise<SetupState[]> {
    return (await storedSetups(await this.#options.db())).map(stateOf);
  }

  /** @throws SetupError where there is none of this name */
  async get(name: string): Promise<SetupState> {
    return stateOf(await this.#row(await this.#options.db(), name));
  }

  /** @throws SetupError where there is one of this name */
  async add(name: string, createdBy: string, { answers, secrets }: Draft): Promise<void> {
    await this.#inChange(async (trx, keyring) => {
      const at = this.#options.now();
      const row = { name, created_by: createdBy, created_at: at, updated_at: at };
      const sealed = keyring.seal(JSON.stringify(secrets), setupContext(name));
      const isNew = await addSetup(trx, { ...row, answers: JSON.stringify(answers), secrets: sealed });
      if (!isNew) throw new SetupError('conflict', `A setup of the name ${name} has been begun already.`);
    });
  }

  /** The answers with the secrets, for calls to the accounts. @throws SetupError */
  async open(name: string): Promise<Draft> {
    return this.#inChange(async (trx, keyring) => draftOf(await this.#row(trx, name), keyring));
  }

  /**
   * Changes a setup as it is at that moment: somebody else may have answered another step meanwhile.
   * @param change edits the draft; `trx` is for what is stored with it
   * @throws SetupError
   */
  async change<T>(name: string, change: (draft: Draft, trx: Db) => T | Promise<T>): Promise<T> {
    return this.#inChange(async (trx, keyring) => {
      const draft = draftOf(await this.#row(trx, name), keyring);
      const result = await change(draft, trx);
      await saveSetup(trx, {
        name,
        answers: JSON.stringify(draft.answers),
        secrets: keyring.seal(JSON.stringify(draft.secrets), setupContext(name)),
        updated_at: this.#options.now(),
      });
      return result;
    });
  }

  /** As `change`, without the secrets. */
  async changeAnswers(name: string, change: (answers: SetupAnswers) => void): Promise<void> {
    await changeStoredConnections(await this.#options.db(), async (trx) => {
      const { answers } = stateOf(await this.#row(trx, name));
      change(answers);
      await saveSetup(trx, { name, answers: JSON.stringify(answers), updated_at: this.#options.now() });
    });
  }

  /** @throws SetupError where there is none of this name */
  async remove(name: string): Promise<void> {
    if (!(await removeSetup(await this.#options.db(), name))) throw unknown(name);
  }

  async #row(db: Db, name: string): Promise<StoredSetup> {
    const row = await storedSetup(db, name);
    if (row === null) throw unknown(name);
    return row;
  }

  async #inChange<T>(work: (trx: Db, keyring: Keyring) => Promise<T>): Promise<T> {
    try {
      return await changeStoredConnections(await this.#options.db(), (trx) =>
        work(trx, this.#options.keyring()),
      );
    } catch (error) {
      if (error instanceof KeyUnusable || error instanceof SealError)
        throw new SetupError('unavailable', error.message);
      throw error;
    }
  }
}

function unknown(name: string): SetupError {
  return new SetupError('not_found', `There is no setup of the name ${name}.`);
}

function stateOf(row: StoredSetup): SetupState {
  return {
    name: row.name,
    answers: JSON.parse(row.answers),
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function draftOf(row: StoredSetup, keyring: Keyring): Draft {
  return {
    answers: JSON.parse(row.answers),
    secrets: JSON.parse(keyring.open(row.secrets, setupContext(row.name))),
  };
}
