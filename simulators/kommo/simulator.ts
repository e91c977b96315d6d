import { createEmitter } from '../common/emitter.ts';
import { createFaultPlan } from '../common/faults.ts';
import { type Account, createAccount, removeDealField, removeStage } from './account.ts';
import { createAccountReader } from './account-reader.ts';
import { createAuthorize } from './authorize.ts';
import { addCatalog } from './catalogs.ts';
import { eventOfChange } from './change-events.ts';
import { createControls } from './controls.ts';
import { createGateway } from './gateway.ts';
import { problemText } from './hal.ts';
import { load } from './load.ts';
import type { Change } from './model.ts';
import { createOAuth } from './oauth.ts';
import { createRateLimiter } from './rate-limit.ts';
import { createRequestLog } from './request-log.ts';
import { listen } from './server.ts';
import { withDefaults } from './settings.ts';
import { createTroubles } from './trouble.ts';
import type { HookView, KommoSimulator, KommoSimulatorOptions, SimulatorEvent } from './types.ts';
import { createWebhooks, type Webhook, type Webhooks } from './webhooks/index.ts';

/** What an administrator usually ticks. */
const usualHookSettings = [
  ...['lead', 'contact', 'company'].flatMap((entity) =>
    ['add', 'update', 'delete', 'restore', 'responsible', 'note'].map((action) => `${action}_${entity}`),
  ),
  ...['status_lead', 'add_task', 'update_task', 'delete_task'],
  ...['add_unsorted', 'update_unsorted', 'delete_unsorted'],
];

const hookView = ({ id, destination, settings, disabled }: Webhook): HookView => ({
  id,
  destination,
  settings,
  disabled,
});

/** Leads of a company are searched for; those of a contact are indexed. */
function leadIdsOf(account: Account, kind: 'contacts' | 'companies', id: number): number[] {
  if (kind === 'contacts') return [...(account.leadsOf.get(id) ?? [])];
  return [...account.leads.values()].filter((lead) => lead.company_id === id).map((lead) => lead.id);
}

/**
 * Starts a Kommo account of its own: API v4 with Kommo's limits, validation and errors, outgoing webhooks
 * with Kommo's further attempts, the events log and OAuth. In memory; two never share anything.
 *
 * @example
 * const kommo = await startKommoSimulator({ rateLimit: false });
 * kommo.addHook({ destination: 'http://127.0.0.1:4400/webhooks/kommo/acme/secret' });
 * const deal = kommo.createDeal({ name: 'Acme', price: 900 });
 * kommo.moveDeal(deal.id, kommo.stageId('Sales', 'Demo scheduled'));
 * await kommo.close();
 */
export async function startKommoSimulator(options: KommoSimulatorOptions = {}): Promise<KommoSimulator> {
  const settings = withDefaults(options);
  const { switches, now } = settings;
  const faults = createFaultPlan({ latency: settings.latencyMs, jsonBody: problemText, ...settings.faults });
  const emitter = createEmitter<SimulatorEvent>('Kommo simulator');
  const limiter = createRateLimiter(settings.rateLimit);
  const requests = createRequestLog(settings.logSize);
  let tokenIsGood = true;
  let url = '';

  const emit = (change: Change): void => {
    webhooks.emit(change);
    // A note with a file is reported twice (public issue threads).
    if (change.kind === 'note_added' && change.note.note_type === 'attachment') webhooks.emit(change);
    emitter.emit(() => eventOfChange(account, change));
  };
  const account = createAccount(settings, emit);
  for (const { canLinkMultiple, ...seed } of settings.catalogs)
    addCatalog(account, { ...seed, can_link_multiple: canLinkMultiple }, account.tokenUser.id);
  const webhooks: Webhooks = createWebhooks({
    account: settings.account,
    fieldDefinitions: () => account.fields,
    switches: () => switches,
    companyName: (id) => account.companies.get(id)?.name,
    leadIdsOf: (kind, id) => leadIdsOf(account, kind, id),
    faults,
    timeScale: settings.timeScale,
    timeoutMs: settings.hookTimeoutMs,
    inFlight: settings.hooksInFlight,
    logSize: settings.logSize,
    now,
  });
  webhooks.on((event) => emitter.emit(() => event));
  const oauth = createOAuth({
    options: settings.oauth,
    account: settings.account,
    userId: account.tokenUser.id,
    rotation: () => switches.refreshRotation,
    apiHost: () => new URL(url).host,
    now,
  });
  let renamedTo: string | null = null;
  const authorize = createAuthorize({
    ...{ oauth, account: settings.account, users: () => account.users },
    defaultClientId: () => settings.oauth.clientId,
    accountHost: () => renamedTo ?? new URL(url).host,
  });
  const troubles = createTroubles();
  const gateway = createGateway({
    account,
    webhooks,
    oauth,
    authorize,
    renamedTo: () => renamedTo,
    limiter,
    faults,
    troubles,
    base: () => url,
    tokenIsGood: () => tokenIsGood,
    log(call, exchange) {
      requests.push(call);
      emitter.emit(() => ({ kind: 'call', call, exchange }));
    },
    blocked: () => emitter.emit(() => ({ kind: 'blocked' })),
  });
  const listening = await listen(settings, gateway);
  url = listening.url;

  const known = (done: boolean, destination: string): void => {
    if (!done) throw new Error(`No webhook is subscribed at ${new URL(destination).origin}/...`);
  };

  return {
    url,
    token: settings.token,
    account: settings.account,
    oauth: settings.oauth,
    switches,
    faults,
    ...createControls(account),
    ...createAccountReader(account),
    load: (contents) => load(account, contents),
    removeStage: (pipelineName, stageName) => removeStage(account, pipelineName, stageName),
    removeDealField: (name) => removeDealField(account, name),
    addHook: ({ destination, settings: names = usualHookSettings }) =>
      hookView(webhooks.addHook({ destination, settings: names, created_by: account.tokenUser.id })),
    addDigitalPipelineHook: (hook) => webhooks.addDigitalPipelineHook(hook),
    hooks: () => webhooks.hooks().map(hookView),
    removeHook: (destination) => known(webhooks.removeHook(destination), destination),
    enableHook: (destination) => known(webhooks.enableHook(destination), destination),
    disableHook: (destination) => known(webhooks.disableHook(destination), destination),
    hookDeliveries: () => webhooks.deliveries(),
    hooksPending: () => webhooks.pending,
    requests,
    setRateLimit: (limit) => limiter.set(limit),
    setLatency: (ms) => faults.setLatency(ms),
    block() {
      limiter.block();
      emitter.emit(() => ({ kind: 'blocked' }));
    },
    unblock: () => limiter.unblock(),
    get isBlocked() {
      return limiter.blocked;
    },
    setTrouble: (trouble, options) => troubles.set(trouble, options),
    issueCode: (clientId, userId) => oauth.issueCode(clientId, userId),
    revokeOAuth: (userId) => oauth.revoke(userId),
    renewSecret: (clientId) => oauth.renewSecret(clientId),
    answerWindow: (address, answer) => authorize.answer(new URL(address).search, answer),
    install: (clientId) => authorize.install(clientId),
    reportDisconnection: (address, clientId) => authorize.reportDisconnection(address, clientId),
    rename(host) {
      renamedTo = host;
    },
    revokeToken() {
      tokenIsGood = false;
    },
    restoreToken() {
      tokenIsGood = true;
    },
    on: emitter.on,
    waitFor: emitter.waitFor,
    async close() {
      emitter.close();
      await Promise.all([webhooks.close(), listening.close()]);
    },
  };
}
