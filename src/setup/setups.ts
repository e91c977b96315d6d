import { randomBytes } from 'node:crypto';
import { PAGE_HOSTS } from '../customerio/index.ts';
import type { ConnectionHealth } from '../health/health.ts';
import type { KommoLimits } from '../kommo/index.ts';
import { removeGrant } from '../store/connections/kommo-grants.ts';
import type { Actor } from '../store/users/actor.ts';
import { accountAddress, connectionNameOf } from './account-address.ts';
import type { SetupAccount } from './account-schemas.ts';
import { emptyAnswers } from './answers.ts';
import { answerCustomerio, type CustomerioAnswer } from './customerio-answer.ts';
import { type FinishOptions, SetupFinish } from './finish.ts';
import { answerKommo, type KommoAnswer, takeGrant } from './kommo-answer.ts';
import { type ProgressContext, progressOf, type SetupState, summaryOf } from './progress.ts';
import { accountOf, answerRules, type RulesAnswer, readCampaigns, shownAccount } from './rules-answer.ts';
import type { Setup, SetupSummary } from './schemas.ts';
import { type OAuthAccess, SetupClients } from './setup-clients.ts';
import { SetupError } from './setup-error.ts';
import { SetupStore, type SetupStoreOptions } from './setup-store.ts';

/** The origins of simulators in the place of both accounts; null: the real ones. */
export interface AccountOrigins {
  kommo: string | null;
  customerio: string | null;
}

export interface SetupsOptions
  extends SetupStoreOptions,
    Pick<FinishOptions, 'publicUrl' | 'takeOver' | 'connection' | 'log'> {
  /** The judgement of a connection; null before there is one. */
  health(name: string): ConnectionHealth | null;
  /** The names of all connections. */
  connections(): readonly string[];
  origins: AccountOrigins;
  oauth: OAuthAccess;
  /** The limits that all Kommo clients of this process share. */
  kommoLimits: KommoLimits;
}

/** The unfinished connections that the wizard and `stagepost init` are making. Every method throws SetupError. */
export class Setups {
  readonly #options: SetupsOptions;
  readonly #store: SetupStore;
  readonly #finish: SetupFinish;
  readonly #clients: SetupClients;

  constructor(options: SetupsOptions) {
    this.#options = options;
    this.#store = new SetupStore(options);
    this.#clients = new SetupClients(options.oauth, options.kommoLimits);
    this.#finish = new SetupFinish({ ...options, ...this.#rulesOptions() });
  }

  async list(): Promise<SetupSummary[]> {
    const states = await this.#store.all();
    return Promise.all(states.map(async (state) => summaryOf(state, await this.#context(state.name))));
  }

  async get(name: string): Promise<Setup> {
    const state = await this.#store.get(name);
    return progressOf(state, await this.#context(name));
  }

  /**
   * Begins a connection.
   * @param name null: made of the account's address
   * @param by the name of the person
   */
  async begin(name: string | null, kommoUrl: string | null, by: string): Promise<Setup> {
    const url = kommoUrl === null ? null : this.#accountUrl(kommoUrl);
    const states = await this.#store.all();
    const open = states.filter(({ answers }) => !answers.finish.isConnected);
    const chosen = name ?? this.#freeName(url === null ? 'kommo' : connectionNameOf(url), open);
    if (this.#options.connections().includes(chosen))
      throw new SetupError('conflict', `There is a connection ${chosen} already. Choose another name.`);
    // The checklist of a connection that was removed since.
    if (states.some((state) => state.name === chosen && !open.includes(state)))
      await this.#store.remove(chosen);
    await this.#store.add(chosen, by, {
      answers: emptyAnswers(url),
      secrets: { webhookSecret: randomBytes(24).toString('base64url') },
    });
    return this.get(chosen);
  }

  /** Stores the access to Kommo and checks it. Without an answer it is checked again. */
  async answerKommo(name: string, answer: KommoAnswer): Promise<Setup> {
    await answerKommo(this.#rulesOptions(), name, answer);
    return this.get(name);
  }

  /** To be called when Kommo has granted access by OAuth to a connection or setup. */
  async granted(name: string): Promise<void> {
    const names = (await this.#store.all()).map((setup) => setup.name);
    if (names.includes(name) && !this.#options.connections().includes(name))
      await takeGrant(this.#rulesOptions(), name);
  }

  /** Stores keys of Customer.io and checks them. Without an answer they are checked again. */
  async answerCustomerio(name: string, answer: CustomerioAnswer): Promise<Setup> {
    const { origins } = this.#options;
    const options = { ...this.#options, store: this.#store, origin: origins.customerio };
    await answerCustomerio(options, name, answer);
    return this.get(name);
  }

  /** What the step about rules needs of both accounts, which it reads. */
  async account(name: string): Promise<SetupAccount> {
    const draft = await this.#store.open(name);
    const [account, campaigns] = await Promise.all([
      accountOf(this.#rulesOptions(), name, draft),
      readCampaigns(draft, this.#options.origins.customerio),
    ]);
    return shownAccount(account, draft.answers.kommo.url!, campaigns);
  }

  /** Makes the rules of what was chosen, or takes an edited text, and checks them. */
  async answerRules(name: string, answer: RulesAnswer): Promise<Setup> {
    await answerRules(this.#rulesOptions(), name, answer);
    return this.get(name);
  }

  /** Makes the connection, in the background: `get` shows how far it is. Repeatable. */
  async finish(name: string, actor: Actor): Promise<Setup> {
    const { finish } = await this.get(name);
    const [missing] = finish.needs;
    if (missing) throw new SetupError('conflict', `Not everything is answered yet. ${missing.sentence}`);
    this.#finish.start(name, actor);
    return this.get(name);
  }

  /** Deletes an unfinished connection with what Kommo has granted to it. Of a finished one only the checklist. */
  async remove(name: string): Promise<void> {
    const { answers } = await this.#store.get(name);
    await this.#store.remove(name);
    if (!answers.finish.isConnected) await removeGrant(await this.#store.db(), name);
  }

  #accountUrl(text: string): string {
    const address = accountAddress(text, this.#options.origins.kommo);
    if (address.ok) return address.url;
    throw new SetupError('invalid', `${address.sentence} ${address.todo}`);
  }

  #freeName(base: string, open: readonly SetupState[]): string {
    const used = new Set([...this.#options.connections(), ...open.map(({ name }) => name)]);
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base}-${number}`;
      if (!used.has(name)) return name;
    }
  }

  #rulesOptions() {
    const { origins } = this.#options;
    return {
      ...this.#options,
      ...{ store: this.#store, clients: this.#clients },
      ...{ origin: origins.kommo, customerioOrigin: origins.customerio },
    };
  }

  async #context(name: string): Promise<ProgressContext> {
    return {
      publicUrl: this.#options.publicUrl(),
      hasGrant: (await this.#options.oauth.formOf(name)) !== null,
      isFinishing: this.#finish.isRunning(name),
      health: this.#options.health(name),
      now: this.#options.now(),
      pagesOrigin: (region) => this.#options.origins.customerio ?? PAGE_HOSTS[region],
    };
  }
}
