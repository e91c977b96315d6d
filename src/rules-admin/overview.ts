import { loadRules, type RulesConfig, resolveRules } from '../config/index.ts';
import type { Catalog } from '../domain/entities.ts';
import { describeCondition } from '../domain/rules/condition.ts';
import { clockText } from '../domain/rules/quiet-hours.ts';
import { stopText } from '../domain/rules/stop-reports.ts';
import { en, type Sentences } from '../languages/en.ts';
import { durationText } from '../lib/duration.ts';
import { RulesError } from './errors.ts';
import type { RulesOverview } from './rules-service.ts';
import type { ActiveRules } from './rules-source.ts';

/**
 * A connection's rules laid over the pipelines of its account, stage by stage.
 *
 * @param file the configuration file, for messages
 * @param stored the account's catalog and when it was read, ms; null before the first reading: then `pipelines` has only
 *   the stages that the rules name
 */
export function rulesOverview(
  connection: string,
  file: string,
  { version, rules }: ActiveRules,
  stored: { catalog: Catalog; at: number | null } | null,
  words: Sentences = en,
): RulesOverview {
  return {
    connection,
    file,
    editable: version !== null,
    reason: version === null ? reasonNotEditable(file) : null,
    version,
    readAt: stored?.at ?? null,
    pipelines: (stored && pipelinesOf(rules, stored.catalog, words)) ?? namedPipelines(rules, words),
    person: rules.person,
    reactions: rules.reactions.map(({ name, note, task, fields, tags, repeat, machineOpens }) => ({
      ...{ name, note, task, fields, tags, repeat, machineOpens },
    })),
    inactivity: rules.inactivity.map((rule) => {
      const { start, afterSeconds, unless, event, task, stopWhen, unmailableClients } = rule;
      return { start, afterSeconds, unless: stopText(unless), event, task, stopWhen, unmailableClients };
    }),
    skipMovesAfterSeconds: rules.skipMovesAfterSeconds,
    waitForContactSeconds: rules.waitForContactSeconds,
    bulkGuard: rules.bulkGuard,
  };
}

/** A published version as it is stored, with what `rulesOverview` needs besides. */
export interface OverviewSource {
  connection: string;
  file: string;
  version: number;
  text: string;
  stored: { catalog: Catalog; at: number | null } | null;
}

/** @throws RulesError `unavailable` where the text is not valid, for example because a newer Stagepost wrote it. */
export function overviewOfText(
  { connection, file, version, text, stored }: OverviewSource,
  words: Sentences = en,
): RulesOverview {
  const loaded = loadRules(text);
  if (loaded.ok) return rulesOverview(connection, file, { version, rules: loaded.rules }, stored, words);
  const { path, message } = loaded.problems[0]!;
  const subject = `Version ${version} of the rules of ${connection}`;
  throw new RulesError('unavailable', `${subject} cannot be read: ${path}: ${message}.`);
}

/** Why rules of the file cannot be edited in the console. */
export function reasonNotEditable(file: string): string {
  return (
    `The rules are in ${file}. Change them there and restart Stagepost, or move them to the console with: ` +
    'stagepost config apply.'
  );
}

type Pipelines = RulesOverview['pipelines'];

/** Null where the rules name something that Kommo does not have. */
function pipelinesOf(config: RulesConfig, catalog: Catalog, words: Sentences): Pipelines | null {
  const resolved = resolveRules(config, catalog);
  if (!resolved.ok) return null;
  // The configured stage, not the resolved one, which names fields by their ids.
  const configured = new Map(
    resolved.rules.stages.map(({ pipelineId, stageId }, index) => [
      `${pipelineId}/${stageId}`,
      config.stages[index]!,
    ]),
  );
  return catalog.pipelines.map(({ id: pipelineId, name, stages }) => ({
    id: pipelineId,
    name,
    stages: stages.map(({ id, name, color }) => {
      const rule = configured.get(`${pipelineId}/${id}`);
      return { id, name, color, rule: rule ? ruleOf(rule, words) : null };
    }),
  }));
}

function namedPipelines({ stages }: RulesConfig, words: Sentences): Pipelines {
  const names = [...new Set(stages.map(({ pipeline }) => pipeline))];
  return names.map((name) => ({
    id: null,
    name,
    stages: stages
      .filter(({ pipeline }) => pipeline === name)
      .map((stage) => ({ id: null, name: stage.stage, color: null, rule: ruleOf(stage, words) })),
  }));
}

function ruleOf(stage: RulesConfig['stages'][number], words: Sentences) {
  const { event, data, note, tags, unmailableClients, once, bulkGuard } = stage;
  const condition = stage.condition && describeCondition(stage.condition, words);
  const held = heldText(stage, words);
  const texts = { event, data, note, tags, condition, held };
  return { ...texts, unmailableClients, once, ...(bulkGuard !== undefined && { bulkGuard }) };
}

/** When the stage's event goes out, in words; null for at once. */
function heldText(
  { delaySeconds, quietHours, whenLeft }: RulesConfig['stages'][number],
  { rules: { held } }: Sentences,
): string | null {
  const delay = delaySeconds > 0 ? [held.later(durationText(delaySeconds))] : [];
  const quiet = quietHours ? [held.quiet(clockText(quietHours.from), clockText(quietHours.to))] : [];
  if (delay.length + quiet.length === 0) return null;
  return [...delay, ...quiet, whenLeft === 'drop' ? held.ifStillThere : held.evenIfLeft].join(', ');
}
