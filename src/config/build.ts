import { buildAlerts } from './build-alerts.ts';
import type { ProblemAt } from './problems.ts';
import type { ParsedConfig, ParsedConnection, ParsedRules } from './schema.ts';
import type {
  Config,
  ConnectionConfig,
  ReactionConfig,
  RulesConfig,
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
    rulesText: once(() => rulesText(name)),
  }));
  const alerts = buildAlerts(parsed.alerts, Object.keys(parsed.connections));
  return { file, retentionSeconds: parsed.retention, connections, alerts };
}

/** The text takes reading the whole file again, so it is made at its first use, and once. */
function once(make: () => string): () => string {
  let made: string | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

function buildConnection(
  name: string,
  parsed: ParsedConnection,
  problem: ProblemAt,
): Omit<ConnectionConfig, 'rulesText'> {
  const { kommo, customerio } = parsed;
  return {
    name,
    rulesIn: parsed.rules,
    kommo: {
      url: kommo.url,
      token: kommo.token,
      webhookSecret: kommo.webhook_secret,
      requestsPerSecond: kommo.requests_per_second,
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

/** Builds a connection's typed rules from the parsed file. */
export function buildRules(parsed: ParsedRules, problem: ProblemAt): RulesConfig {
  const { person } = parsed;
  return {
    person: { identifyBy: person.identify_by, contacts: person.contacts, attributes: person.attributes },
    stages: parsed.stages.map(({ unmailable_clients: unmailableClients, ...stage }) => ({
      ...stage,
      note: stage.note ?? null,
      tags: buildTags(stage.tags),
      unmailableClients,
    })),
    reactions: Object.entries(parsed.reactions).map(([report, reaction]) => buildReaction(report, reaction)),
    inactivity: parsed.inactivity.map((rule) => ({
      start: rule.start,
      afterSeconds: rule.after,
      unless: rule.unless,
      event: rule.event,
      task: buildTask(rule.task),
    })),
    skipMovesAfterSeconds: parsed.skip_moves_after,
    problem,
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

function buildTask(parsed: { text: string; due: number } | undefined): TaskConfig | null {
  return parsed ? { text: parsed.text, dueSeconds: parsed.due } : null;
}

function buildTags(
  parsed: { add?: string[] | undefined; remove?: string[] | undefined } | undefined,
): TagConfig | null {
  return parsed ? { add: parsed.add ?? [], remove: parsed.remove ?? [] } : null;
}
