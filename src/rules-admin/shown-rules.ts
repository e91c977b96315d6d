import { type RulesConfig, resolveRules } from '../config/index.ts';
import type { Catalog } from '../domain/entities.ts';
import type { Rules as ShownRules } from '../http/api/contract.ts';
import type { ActiveRules } from './rules-source.ts';
import { reasonNotEditable } from './service.ts';

/** A connection's rules as the console shows them: over what Kommo has, or by their names alone before it was read. */
export function shownRules(
  connection: string,
  file: string,
  { version, rules }: ActiveRules,
  catalog: Catalog | null,
  readAt: number | null,
): ShownRules {
  const { person, reactions, inactivity, skipMovesAfterSeconds } = rules;
  return {
    connection,
    file,
    editable: version !== null,
    reason: version === null ? reasonNotEditable(file) : null,
    version,
    readAt: catalog ? readAt : null,
    pipelines: (catalog && overCatalog(rules, catalog)) ?? byNames(rules),
    person,
    reactions: reactions.map(({ name: report, note, task, fields, repeat, machineOpens }) => ({
      name: report,
      note,
      task,
      fields,
      repeat,
      machineOpens,
    })),
    inactivity: inactivity.map(({ start, afterSeconds, unless, event, task }) => ({
      start,
      afterSeconds,
      unless,
      event,
      task,
    })),
    skipMovesAfterSeconds,
  };
}

/** Null where a name of the rules does not exist in Kommo. */
function overCatalog(config: RulesConfig, catalog: Catalog): ShownRules['pipelines'] | null {
  const resolved = resolveRules(config, catalog);
  if (!resolved.ok) return null;
  // As they are written in the file: the resolved ones name fields by their ids.
  const written = new Map(
    resolved.rules.stages.map(({ pipelineId, stageId }, index) => [
      `${pipelineId}/${stageId}`,
      config.stages[index]!,
    ]),
  );
  return catalog.pipelines.map(({ id, name, stages }) => ({
    id,
    name,
    stages: stages.map((stage) => {
      const rule = written.get(`${id}/${stage.id}`);
      return { id: stage.id, name: stage.name, color: stage.color, rule: rule ? ruleOf(rule) : null };
    }),
  }));
}

function byNames({ stages }: RulesConfig): ShownRules['pipelines'] {
  const names = [...new Set(stages.map(({ pipeline }) => pipeline))];
  return names.map((name) => ({
    id: null,
    name,
    stages: stages
      .filter(({ pipeline }) => pipeline === name)
      .map((stage) => ({ id: null, name: stage.stage, color: null, rule: ruleOf(stage) })),
  }));
}

function ruleOf({ event, data, note }: RulesConfig['stages'][number]) {
  return { event, data, note };
}
