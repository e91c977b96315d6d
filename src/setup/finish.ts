import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { loadRules } from '../config/index.ts';
import { sealedForm } from '../connections/sealed-form.ts';
import type { Fixable } from '../doctor/connection.ts';
import { checkFields } from '../doctor/fields.ts';
import type { Finding, Verdict } from '../doctor/finding.ts';
import type { TestStep } from '../doctor/webhook-test.ts';
import { DeliveryError } from '../domain/errors.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { saveStoredConnection, storedConnections } from '../store/connections/stored-connections.ts';
import { addRuleVersion, newestRules } from '../store/rule-versions.ts';
import type { Actor } from '../store/users/actor.ts';
import type { PartState } from './answers.ts';
import { checkCustomerio } from './check-customerio.ts';
import { checkKommo } from './check-kommo.ts';
import { connectionForm } from './connection-form.ts';
import { accountsOf } from './kommo-answer.ts';
import { accountOf, type RulesStepOptions, rulesCheck } from './rules-answer.ts';
import type { FinishPart, SetupFinding } from './schemas.ts';
import { SetupError } from './setup-error.ts';

/** A connection that runs, as finishing its setup needs it. */
export interface RunningConnection {
  /** Whether some process runs it already. */
  isStarted(): boolean;
  /** Fixes what a check of the doctor has found, in the process that runs the connection. @returns its findings */
  fix(check: Fixable): Promise<Finding[]>;
  /** Sends a webhook without any effect, as one of both sides would. */
  testWebhook(side: 'kommo' | 'customerio'): Promise<TestStep[]>;
}

export interface FinishOptions extends RulesStepOptions {
  publicUrl(): string | null;
  /** Makes the key of secrets where there is none. @throws KeyUnusable */
  keyring(): Keyring;
  /** Makes all processes take over the stored connections. Resolves when this one has. */
  takeOver(): Promise<void>;
  log: Pick<Logger, 'error'>;
  /** Null before this process has taken it over. */
  connection(name: string): RunningConnection | null;
}

/** How long a new connection may take to start, ms: another process may have to take its lease. */
const START_WITHIN_MS = 30_000;
const POLL_MS = 100;

type Result = Omit<PartState, 'at'>;

const done = (sentence: string): Result => ({ state: 'done', sentence, todo: null, url: null });
const skipped = (sentence: string): Result => ({ state: 'skipped', sentence, todo: null, url: null });
const person = (sentence: string, todo: string | null, url: string | null = null): Result => ({
  state: 'person',
  ...{ sentence, todo, url },
});
const failed = (sentence: string, todo: string | null = null): Result => ({
  state: 'failed',
  ...{ sentence, todo, url: null },
});

/**
 * Makes the connection of a setup and what it needs in both accounts, part after part. Each part reads first what is there, so
 * that it may be repeated at any time. A part that is done is not done again; a part that has failed is, by the next run.
 */
export class SetupFinish {
  readonly #options: FinishOptions;
  /** The names of the setups that are being finished in this process. */
  readonly #running = new Set<string>();

  constructor(options: FinishOptions) {
    this.#options = options;
  }

  isRunning(name: string): boolean {
    return this.#running.has(name);
  }

  /** Starts a run, unless one is under way. */
  start(name: string, actor: Actor): void {
    if (this.#running.has(name)) return;
    this.#running.add(name);
    // A setup that was deleted meanwhile has nothing left to do.
    void this.#run(name, actor)
      .catch(() => {})
      .finally(() => this.#running.delete(name));
  }

  async #run(name: string, actor: Actor): Promise<void> {
    const { answers } = await this.#options.store.get(name);
    const parts: [FinishPart, () => Promise<Result>][] = [
      ['check', () => this.#check(name)],
      ['fields', () => this.#fields(name)],
      ['connection', () => this.#connect(name, actor)],
      ['start', () => this.#waitForStart(name)],
      ['kommo_webhook', () => this.#kommoWebhook(name)],
      ['reporting_webhook', () => this.#reportingWebhook(name)],
      ['kommo_test', () => this.#test(name, 'kommo')],
      ['customerio_test', () => this.#test(name, 'customerio')],
    ];
    for (const [part, work] of parts) {
      const state = answers.finish.parts[part]?.state;
      if ((state === 'done' || state === 'skipped') && (part !== 'check' || answers.finish.isConnected))
        continue;
      const result = await this.#runPart(name, part, work);
      // What comes after one of these makes no sense without it.
      if (result.state === 'failed' && BASIC.includes(part)) return;
    }
  }

  async #runPart(name: string, part: FinishPart, work: () => Promise<Result>): Promise<Result> {
    await this.#store(name, part, { state: 'running', sentence: 'Under way …', todo: null, url: null });
    const result = await work().catch((error: unknown) => this.#resultOfError(error, name, part));
    await this.#store(name, part, result);
    return result;
  }

  async #store(name: string, part: FinishPart, result: Result): Promise<void> {
    const at = this.#options.now();
    await this.#options.store.changeAnswers(name, ({ finish }) => {
      finish.parts[part] = { ...result, at };
    });
  }

  /** Everything once more: between the answer and now a token may have been revoked or a stage deleted. */
  async #check(name: string): Promise<Result> {
    const { store, now, customerioOrigin, clients } = this.#options;
    const draft = await store.open(name);
    const {
      siteId = null,
      apiKey = null,
      appKey = null,
      signingKey = null,
      kommoToken = null,
    } = draft.secrets;
    const others = await accountsOf(this.#options);
    const { url } = draft.answers.kommo;
    const [kommo, customerio, account] = await Promise.all([
      clients.use(name, draft, (client) =>
        checkKommo({ kommo: client, url: url!, token: kommoToken, others, now: now() }),
      ),
      checkCustomerio({
        ...{ siteId, apiKey, appKey, signingKey, others },
        ...{ origin: customerioOrigin, now: now() },
      }),
      accountOf(this.#options, name, draft),
    ]);
    const text = draft.answers.rules.text ?? '';
    const rules = await rulesCheck(this.#options, name, draft, { text, findings: [], account });
    await store.changeAnswers(name, (answers) => {
      answers.kommo.check = kommo ?? answers.kommo.check;
      answers.customerio.check = customerio;
      answers.rules.check = rules;
    });
    const wrong = [...(kommo?.findings ?? []), ...customerio.findings, ...rules.findings].find(isProblem);
    if (wrong) return failed(wrong.sentence, wrong.todo);
    return done('Both accounts are as they were answered, and the rules fit them.');
  }

  /** The deal fields that reactions write into. */
  async #fields(name: string): Promise<Result> {
    const draft = await this.#options.store.open(name);
    const rules = loadRules(draft.answers.rules.text ?? '');
    if (!rules.ok) return failed('The rules have mistakes.');
    const verdicts = await this.#options.clients.use(name, draft, async (kommo) => {
      const { dealFields } = await kommo.catalog();
      return checkFields({ kommo, connection: rules.rules, dealFields, fix: true });
    });
    return resultOf(verdicts ?? [], 'Every field that the rules write into exists.');
  }

  /** One transaction: the connection with its published rules, and the setup that has no secrets any more. */
  async #connect(name: string, actor: Actor): Promise<Result> {
    const { store, keyring, customerioOrigin, now, takeOver, clients } = this.#options;
    const { secrets } = await store.open(name);
    const oauth = secrets.kommoToken === undefined ? await this.#options.oauth.formOf(name) : null;
    // The connection's own client may begin to call as soon as the connection is stored, whichever process sees it first.
    await clients.release(name);
    await store.change(name, async (draft, trx) => {
      if (draft.answers.finish.isConnected) return;
      const exists = (await storedConnections(trx)).some(({ connection }) => connection === name);
      if (exists || this.#options.connections().includes(name))
        throw new SetupError(
          'conflict',
          `There is a connection ${name} already. Begin again with another name.`,
        );
      const form = connectionForm(name, draft, oauth?.oauth ?? null, customerioOrigin);
      await saveStoredConnection(trx, sealedForm(name, form, keyring()), now());
      const basedOn = (await newestRules(trx, name))?.version ?? 0;
      const text = draft.answers.rules.text ?? '';
      const version = { connection: name, basedOn, text, note: 'made by the setup' };
      if ((await addRuleVersion(trx, version, { actor, at: now() })) === null)
        throw new SetupError(
          'conflict',
          'Somebody has published rules for a connection of this name just now. Try again.',
        );
      draft.answers.finish.isConnected = true;
      draft.secrets = { webhookSecret: '' };
    });
    await takeOver();
    return done(`The connection ${name} is stored with its rules.`);
  }

  async #waitForStart(name: string): Promise<Result> {
    const { connection, now } = this.#options;
    const deadline = now() + START_WITHIN_MS;
    while (!connection(name)?.isStarted()) {
      if (now() > deadline)
        return failed(
          'The connection did not start in time.',
          'The log of Stagepost says why. It goes on trying; then run this part again.',
        );
      await sleep(POLL_MS);
    }
    return done('The connection runs.');
  }

  async #kommoWebhook(name: string): Promise<Result> {
    const { answers } = await this.#options.store.get(name);
    if (answers.kommo.changes === 'polling')
      return skipped('No webhook is needed: Stagepost reads the events log of Kommo.');
    if (this.#options.publicUrl() === null) return NO_ADDRESS;
    return resultOf(await this.#fix(name, 'kommo webhook'), 'Kommo reports its changes to Stagepost.');
  }

  async #reportingWebhook(name: string): Promise<Result> {
    const { answers } = await this.#options.store.get(name);
    if (this.#options.publicUrl() === null) return NO_ADDRESS;
    if (!answers.customerio.hasAppKey)
      return person(
        'Without an App API key Stagepost can neither make nor see the reporting webhook.',
        'Add it in Customer.io with the values of the step about Customer.io, if you have not yet.',
      );
    return resultOf(await this.#fix(name, 'customer.io reports'), 'Customer.io reports to Stagepost.');
  }

  async #test(name: string, side: 'kommo' | 'customerio'): Promise<Result> {
    const { answers } = await this.#options.store.get(name);
    if (side === 'kommo' && answers.kommo.changes === 'polling')
      return skipped('Nothing to test: Stagepost reads the events log of Kommo.');
    const connection = this.#options.connection(name);
    if (connection === null)
      return failed('The connection does not run in this process yet.', 'Try again in a moment.');
    const steps = await connection.testWebhook(side);
    const bad = steps.filter(({ state }) => state === 'bad').map(({ text }) => text);
    if (bad.length > 0)
      return failed(bad.join(' '), 'Check the public address and the proxy, then run this part again.');
    if (this.#options.publicUrl() === null) return NO_ADDRESS;
    return done(steps.map(({ text }) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(' '));
  }

  async #fix(name: string, check: Fixable): Promise<Finding[]> {
    const connection = this.#options.connection(name);
    if (connection === null)
      throw new SetupError('unavailable', 'The connection does not run in this process yet.');
    return connection.fix(check);
  }

  #resultOfError(error: unknown, setup: string, part: FinishPart): Result {
    if (error instanceof SetupError) return failed(error.message);
    if (error instanceof DeliveryError) return failed(error.message, 'Try again in a minute.');
    this.#options.log.error({ err: error, setup, part }, 'a part of finishing a setup has failed');
    return failed('This part has failed.', 'The log of Stagepost has the details. Try again.');
  }
}

/** The parts without which nothing else can be done. */
const BASIC: FinishPart[] = ['check', 'connection', 'start'];

const NO_ADDRESS = person(
  'The public address of Stagepost is not known, so neither side can reach it.',
  'Start it with --public-url https://your-host, and run this part again.',
);

const isProblem = ({ level }: SetupFinding) => level === 'problem';

/** What the verdicts of a check mean for a part: the worst one, or all of them. */
function resultOf(verdicts: Verdict[], otherwise: string): Result {
  const worst =
    verdicts.find(({ status }) => status === 'failure') ??
    verdicts.find(({ status }) => status === 'warning');
  if (worst) return person(`${worst.message}.`, worst.todo);
  const messages = verdicts.filter(({ status }) => status === 'ok').map(({ message }) => `${message}.`);
  return done(messages.join(' ') || otherwise);
}
