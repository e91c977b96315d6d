import { Agent } from 'undici';
import { createActivityLog } from './activity.ts';
import { defaultCampaigns, indexCampaigns } from './campaigns.ts';
import type { Credentials } from './credentials.ts';
import { customReport } from './custom-report.ts';
import { createHappenings, type Happenings } from './happenings.ts';
import { listen } from './http.ts';
import { cioIds, pathRef } from './identifiers.ts';
import { createMailbox, findPerson } from './mailbox.ts';
import { createPeople, viewOf } from './people.ts';
import { createProcessing, seeded } from './processing.ts';
import { wireBody } from './report-format.ts';
import { subscriptionOf } from './report-metrics.ts';
import { postReport } from './report-post.ts';
import { createReportQueue } from './report-queue.ts';
import { createReports } from './reports.ts';
import { remember } from './ring.ts';
import { createRouter } from './router.ts';
import { createAnswer } from './server.ts';
import { type Settings, withDefaults } from './settings.ts';
import { createTrackCalls } from './track-calls.ts';
import type { CustomerioSimulator, ReportDelivery, RequestLogEntry, SimulatorOptions } from './types.ts';
import { createReportingWebhooks, type ReportingWebhooks, webhookFields } from './webhooks.ts';
import type { Workspace } from './workspace.ts';

/**
 * Starts a Customer.io workspace on this machine: Track API v1 and v2, App API and delivery endpoints on one
 * origin, campaigns, mailboxes and the sender of reporting webhooks. All in memory, gone with `close()`.
 */
export async function startCustomerioSimulator(options: SimulatorOptions = {}): Promise<CustomerioSimulator> {
  const settings = withDefaults(options);
  const happenings = createHappenings();
  const deliveries: ReportDelivery[] = [];
  const requests: RequestLogEntry[] = [];
  const agent = new Agent({
    connections: Math.max(1, settings.reportParallel),
    connect: { timeout: 60_000 },
  });
  const webhooks = createSender(settings, happenings, deliveries, agent);
  const cio = cioIds(settings.environmentId);
  const ws = createWorkspace(settings, happenings, webhooks, cio.next);
  const processing = createProcessing(
    settings.processingLagMs,
    settings.processingJitterMs,
    seeded(settings.seed),
    happenings.changed,
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
    faults: settings.requestFaults,
    latencyMs: () => settings.latencyMs,
    now: settings.now,
    log(entry) {
      remember(requests, entry, settings.keep);
      happenings.tell(() => ({ type: 'request', entry }));
    },
  });
  const listening = await listen(settings.host, settings.port, answer);

  return {
    url: listening.url,
    credentials: settings.credentials,
    ...readers(ws),
    ...createMailbox(ws),
    report: (request) => customReport(ws, request),
    addReportingWebhook: (webhook) => webhooks.add(webhookFields(webhook, settings.fullResolution)),
    removeReportingWebhook: (id) => void webhooks.remove(id),
    reportingWebhooks: () => webhooks.list(),
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
    setLatency: (ms) => void (settings.latencyMs = ms),
    setCredentials: (change: Partial<Credentials>) => void Object.assign(settings.credentials, change),
    on: happenings.on,
    waitFor: happenings.waitFor,
    async close() {
      processing.close();
      await Promise.all([webhooks.close(), listening.close()]);
      happenings.close();
      await agent.destroy();
    },
  };
}

function createWorkspace(
  settings: Settings,
  happenings: Happenings,
  webhooks: ReportingWebhooks,
  nextCioId: () => string,
): Workspace {
  return {
    rules: settings,
    now: settings.now,
    seconds: () => Math.floor(settings.now() / 1000),
    people: createPeople(nextCioId, settings.idOnly),
    events: [],
    eventIds: new Map(),
    anonymous: new Map(),
    campaigns: indexCampaigns(settings.campaigns ?? defaultCampaigns),
    messages: new Map(),
    mailboxes: new Map(),
    emailSuppressions: new Set(),
    nextBounces: new Map(),
    segments: new Map(),
    objects: new Map(),
    activities: createActivityLog(happenings, settings),
    reports: createReports(webhooks, happenings, settings),
    happenings,
  };
}

function createSender(
  settings: Settings,
  happenings: Happenings,
  deliveries: ReportDelivery[],
  agent: Agent,
) {
  return createReportingWebhooks((webhook) =>
    createReportQueue({
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
      tell: happenings.tell,
      log: (delivery) => remember(deliveries, delivery, settings.keep),
      now: settings.now,
      nameOf: (report) => subscriptionOf(report.object_type, report.metric),
      timeScale: settings.timeScale,
      shortRetryMs: settings.shortRetryMs,
      parallel: settings.reportParallel,
    }),
  );
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
