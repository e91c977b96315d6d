import type { BulkGuard } from '../domain/rules/rules.ts';
import { once } from '../lib/once.ts';
import { buildAlerts } from './build-alerts.ts';
import type { ProblemAt } from './problems.ts';
import type { ParsedConfig, ParsedConnection, ParsedRules } from './schema.ts';
import type {
  Config,
  ConnectionConfig,
  KommoAccess,
  ReactionConfig,
  RulesConfig,
  StageConfig,
  TagConfig,
  TaskConfig,
} from './types.ts';

/** Builds the typed configuration from the parsed file. @param rulesText gives the rules' part of a connection as text */
export function build(
  parsed: ParsedConfig,
  file: string,
  problem: ProblemAt,
  rulesText: (connection: string) => string,
): Config {
  const connections = Object.entries(parsed.connections).map(([name, connection]) => ({
    ...buildConnection(name, connection, (path, ...rest) => problem(['connections', name, ...path], ...rest)),
    origin: { kind: 'file' } as const,
    // It takes reading the whole file again.
    rulesText: once(() => rulesText(name)),
  }));
  const alerts = buildAlerts(parsed.alerts, Object.keys(parsed.connections));
  const databaseSizeLimit = parsed.database_size_limit ?? null;
  return {
    ...{ file, databaseSizeLimit, connections, alerts },
    retentionSeconds: parsed.retention,
    kommoRequestsPerSecond: parsed.kommo_requests_per_second ?? null,
  };
}

export function buildConnection(
  name: string,
  parsed: ParsedConnection,
  problem: ProblemAt,
): Omit<ConnectionConfig, 'rulesText' | 'origin'> {
  const { kommo, customerio } = parsed;
  return {
    name,
    rulesIn: parsed.rules,
    kommo: {
      url: kommo.url,
      access: buildAccess(kommo),
      webhookSecret: kommo.webhook_secret,
      changes: kommo.changes,
      pollEverySeconds: kommo.poll_every,
      requestsPerSecond: kommo.requests_per_second,
      directory: kommo.directory,
      taskUser: kommo.task_user ?? null,
    },
    customerio: {
      region: customerio.region,
      siteId: customerio.site_id,
      apiKey: customerio.api_key,
      signingKeys: customerio.signing_key,
      appKey: customerio.app_key,
      trackUrl: customerio.track_url,
      appUrl: customerio.app_url,
    },
    ...buildRules(parsed, problem),
  };
}

/** That there is one of the two is checked across the keys. */
function buildAccess({ token, oauth }: ParsedConnection['kommo']): KommoAccess {
  if (!oauth) return { kind: 'token', token: token! };
  const { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri = null } = oauth;
  return { kind: 'oauth', clientId, clientSecret, redirectUri };
}

/** Builds a connection's typed rules from the parsed file. */
export function buildRules(parsed: ParsedRules, problem: ProblemAt): RulesConfig {
  const { person } = parsed;
  return {
    person: {
      identifyBy: person.identify_by,
      contacts: person.contacts,
      deal: person.deal,
      attributes: person.attributes,
      profiles: {
        idPrefix: person.identify_by === 'contact_id' ? person.id_prefix : '',
        merge: person.merge === 'on',
        whenEmailRemoved: person.when_email_removed,
        whenContactDeleted: person.when_contact_deleted,
      },
    },
    stages: parsed.stages.map(buildStage),
    reactions: Object.entries(parsed.reactions).map(([report, reaction]) => buildReaction(report, reaction)),
    inactivity: parsed.inactivity.map((rule) => ({
      start: rule.start,
      afterSeconds: rule.after,
      unless: rule.unless,
      event: rule.event,
      task: buildTask(rule.task),
      stopWhen: rule.stop_when ?? [],
      unmailableClients: rule.unmailable_clients,
    })),
    skipMovesAfterSeconds: parsed.skip_moves_after,
    waitForContactSeconds: parsed.wait_for_contact,
    quietHours: parsed.quiet_hours,
    bulkGuard: buildGuard(parsed.bulk_guard),
    consent: {
      fromCrm: parsed.consent.from_crm,
      contactField: parsed.consent.contact_field ?? null,
      topics: parsed.consent.topics ?? [],
      optInFromCrm: parsed.consent.opt_in_from_crm,
    },
    problem,
  };
}

function buildStage(parsed: ParsedRules['stages'][number]): StageConfig {
  const { pipeline, stage, event, data, once, quiet_hours, bulk_guard } = parsed;
  return {
    ...{ pipeline, stage, event, data, once },
    note: parsed.note ?? null,
    tags: buildTags(parsed.tags),
    unmailableClients: parsed.unmailable_clients,
    condition: parsed.if ?? null,
    delaySeconds: parsed.delay,
    ...(quiet_hours !== undefined && { quietHours: quiet_hours }),
    whenLeft: parsed.when_left,
    ...(bulk_guard && { bulkGuard: buildGuard(bulk_guard) }),
  };
}

function buildReaction(name: string, parsed: ParsedConnection['reactions'][string]): ReactionConfig {
  return {
    name,
    note: parsed.note ?? null,
    task: buildTask(parsed.task),
    fields: parsed.field,
    tags: buildTags(parsed.tags),
    repeat: parsed.repeat ?? (name.endsWith('_opened') ? 'first' : 'every'),
    machineOpens: parsed.machine_opens,
  };
}

/** Null where it is off. */
function buildGuard({ deals, within }: ParsedRules['bulk_guard']): BulkGuard | null {
  return deals === null ? null : { deals, withinSeconds: within };
}

function buildTask(parsed: { text: string; due: number } | undefined): TaskConfig | null {
  return parsed ? { text: parsed.text, dueSeconds: parsed.due } : null;
}

function buildTags(
  parsed: { add?: string[] | undefined; remove?: string[] | undefined } | undefined,
): TagConfig | null {
  return parsed ? { add: parsed.add ?? [], remove: parsed.remove ?? [] } : null;
}
