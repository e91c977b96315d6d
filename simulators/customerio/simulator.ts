import { Agent } from 'undici';
import { createEmitter, type Emitter } from '../common/emitter.ts';
import { listen } from '../common/http-server.ts';
import { seededRandom } from '../common/random.ts';
import type { CustomerioSimulator } from './controls.ts';
import type { Credentials } from './http/credentials.ts';
import { createRouter } from './http/router.ts';
import { createAnswer } from './http/server.ts';
import { defaultCampaigns, indexCampaigns } from './mail/campaigns.ts';
import { createMailbox, findPerson } from './mail/mailbox.ts';
import { createActivityLog } from './model/activity.ts';
import { createBroadcasts } from './model/broadcasts.ts';
import { createCollections } from './model/collections.ts';
import { createExports } from './model/exports.ts';
import { cioIds, pathRef } from './model/identifiers.ts';
import { createObjects } from './model/objects.ts';
import { createPeople, viewOf } from './model/people.ts';
import { createProcessing } from './model/processing.ts';
import { remember } from './model/ring.ts';
import { createSegments } from './model/segments.ts';
import { createSuppressions } from './model/suppressions.ts';
import type { Workspace } from './model/workspace.ts';
import { customReport } from './reports/custom-report.ts';
import { createFaultyQueue } from './reports/faulty-queue.ts';
import { wireBody } from './reports/format.ts';
import { subscriptionOf } from './reports/metrics.ts';
import { postReport } from './reports/post.ts';
import { createReportQueue } from './reports/queue.ts';
import { createReports } from './reports/reports.ts';
import { createReportingWebhooks, type ReportingWebhooks, webhookFields } from './reports/webhooks.ts';
import { type Settings, withDefaults } from './settings.ts';
import { createTrackCalls } from './track/calls.ts';
import type { ReportDelivery, RequestLogEntry, SimulatorEvent, SimulatorOptions } from './types.ts';

/**
 * Starts a Customer.io workspace on this machine: Track API v1 and v2, App API and delivery endpoints on one
 * origin, campaigns, mailboxes and the sender of reporting webhooks. All in memory, gone with `close()`.
 */
export async function startCustomerioSimulator(options: SimulatorOptions = {}): Promise<CustomerioSimulator> {
  const settings = withDefaults(options);
  const emitter = createEmitter<SimulatorEvent>('Customer.io simulator', 10_000);
  const deliveries: ReportDelivery[] = [];
  const requests: RequestLogEntry[] = [];
  const agent = new Agent({
    connections: Math.max(1, settings.reportParallel),
    connect: { timeout: 60_000 },
  });
  const webhooks = createSender(settings, emitter, deliveries, agent);
  const cio = cioIds(settings.environmentId);
  const ws = createWorkspace(settings, emitter, webhooks, cio.next);
  const processing = createProcessing(
    settings.processingLagMs,
    settings.processingJitterMs,
    seededRandom(settings.seed),
    emitter.changed,
  );
  const router = createRouter({
    ...settings,
    ws,
    webhooks,
    calls: createTrackCalls(ws, processing, cio.isOurs),
    account: settings,
  });
  const answer = createAnswer({
    route: router.route,
    faults: settings.faults,
    now: settings.now,
    log(entry, exchange) {
      remember(requests, entry, settings.keep);
      emitter.emit(() => ({ type: 'request', entry, exchange }));
    },
  });
  const listening = await listen(settings, answer);

  return {
    url: listening.url,
    credentials: settings.credentials,
    ...readers(ws),
    ...createMailbox(ws),
    report: (request) => customReport(ws, request),
    addReportingWebhook: (webhook) => webhooks.add(webhookFields(webhook, settings.fullResolution)),
    removeReportingWebhook: (id) => void webhooks.remove(id),
    reportingWebhooks: () => webhooks.list(),
    setCampaignState(event, state) {
      const campaign = ws.campaigns.get(event);
      if (!campaign) throw new Error(`No campaign starts with "${event}".`);
      campaign.state = state;
    },
    switches: settings.switches,
    loseReports(which = () => true) {
      ws.reports.lose(which);
      return () => ws.reports.lose(null);
    },
    suppressions: (email) => ws.suppressions.of(email),
    reports: ws.reports.all,
    reportDeliveries: deliveries,
    get pendingReports() {
      return webhooks.pending;
    },
    get blockedMs() {
      return webhooks.blockedMs;
    },
    requests,
    trackRate: router.rate,
    get pendingChanges() {
      return processing.pending;
    },
    faults: settings.faults,
    setLatency: settings.faults.setLatency,
    setCredentials: (change: Partial<Credentials>) => void Object.assign(settings.credentials, change),
    on: emitter.on,
    waitFor: emitter.waitFor,
    async close() {
      processing.close();
      await Promise.all([webhooks.close(), listening.close()]);
      emitter.close();
      await agent.destroy();
    },
  };
}

function createWorkspace(
  settings: Settings,
  emitter: Emitter<SimulatorEvent>,
  webhooks: ReportingWebhooks,
  nextCioId: () => string,
): Workspace {
  const seconds = () => Math.floor(settings.now() / 1000);
  const campaigns = indexCampaigns(settings.campaigns ?? defaultCampaigns);
  return {
    rules: settings,
    now: settings.now,
    seconds,
    origin: (host) => `${settings.tls ? 'https' : 'http'}://${host}`,
    people: createPeople(nextCioId, settings.idOnly),
    events: [],
    eventIds: new Map(),
    anonymous: new Map(),
    campaigns,
    listed: {
      campaigns: settings.listedCampaigns,
      newsletters: settings.newsletters,
      transactional: settings.transactionalMessages,
    },
    broadcasts: createBroadcasts(settings.broadcasts, campaigns.size + 1, seconds()),
    exports: createExports(settings.now),
    collections: createCollections(seconds),
    snippets: new Map(),
    messages: new Map(),
    mailboxes: new Map(),
    suppressions: createSuppressions(seconds),
    nextBounces: new Map(),
    segments: createSegments(seconds),
    objects: createObjects(),
    activities: createActivityLog(emitter, settings),
    reports: createReports(webhooks, emitter, settings),
    emitter,
  };
}

function createSender(
  settings: Settings,
  emitter: Emitter<SimulatorEvent>,
  deliveries: ReportDelivery[],
  agent: Agent,
) {
  return createReportingWebhooks((webhook) => {
    const queue = createReportQueue({
      ...settings,
      webhookId: webhook().id,
      post: (report, signal) =>
        postReport({
          endpoint: webhook().endpoint,
          body: wireBody(report, { format: settings.reportFormat, withContent: webhook().with_content }),
          signingKey: settings.credentials.signingKey,
          timeoutMs: settings.reportTimeoutMs,
          sentAt: Math.floor(settings.now() / 1000),
          agent,
          signal,
        }),
      emit: emitter.emit,
      log: (delivery) => remember(deliveries, delivery, settings.keep),
      nameOf: (report) => subscriptionOf(report.object_type, report.metric),
      parallel: settings.reportParallel,
    });
    return createFaultyQueue(queue, settings.faults.hook);
  });
}

function readers(ws: Workspace) {
  return {
    people: () => [...ws.people.all()].map(viewOf),
    person(identifier: string) {
      const person = findPerson(ws, identifier);
      return person && viewOf(person);
    },
    isSuppressed: (identifier: string) => ws.people.isSuppressed(pathRef(identifier, ws.rules.idOnly)),
    events: (name?: string) => ws.events.filter((event) => name === undefined || event.name === name),
    activities: (type?: string) => ws.activities.all.filter((one) => type === undefined || one.type === type),
    mailbox: (email: string) => [...(ws.mailboxes.get(email.toLowerCase()) ?? [])],
    messages: () => [...ws.messages.values()],
  };
}
