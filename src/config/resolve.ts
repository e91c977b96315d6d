import type { Catalog } from '../domain/entities.ts';
import { formatPath, type Owner, parsePath } from '../domain/rules/paths.ts';
import type { Reaction, Rules, StageRule } from '../domain/rules/rules.ts';
import { isTemplate } from '../domain/rules/values.ts';
import { secondRule } from './checks.ts';
import { findNamed, optionsOf } from './names.ts';
import { type ConfigProblem, type KeyPath, sortProblems } from './problems.ts';
import type { ValueSource } from './sources.ts';
import { pathsInTemplate } from './templates.ts';
import type { ReactionConfig, RulesConfig, StageConfig, TagConfig } from './types.ts';

export type ResolveResult =
  | { ok: true; rules: Rules; warnings: ConfigProblem[] }
  | { ok: false; problems: ConfigProblem[] };

/**
 * Turns a connection's names of pipelines, stages and custom fields into what the account has.
 * Pure. A name that does not exist is a problem, with the names that do. A field that a reaction is to
 * set is only a warning: `stagepost doctor --fix` creates it, and the rest of the reaction works
 * without it.
 */
export function resolveRules(connection: RulesConfig, catalog: Catalog): ResolveResult {
  const resolver = createResolver(connection, catalog);
  const rules: Rules = {
    skipMovesAfterSeconds: connection.skipMovesAfterSeconds,
    identifyBy: connection.person.identifyBy,
    contacts: connection.person.contacts,
    attributes: resolver.sources(connection.person.attributes, ['person', 'attributes']),
    stages: resolver.stages(),
    reactions: connection.reactions.map((reaction) => resolver.reaction(reaction)),
    inactivity: connection.inactivity.map((rule, index) => {
      resolver.text(rule.task?.text, ['inactivity', index, 'task', 'text']);
      return { ...rule };
    }),
  };
  const { problems, warnings } = resolver;
  if (problems.length > 0) return { ok: false, problems: sortProblems(problems) };
  return { ok: true, rules, warnings: sortProblems(warnings) };
}

function createResolver(connection: RulesConfig, catalog: Catalog) {
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  const fields = { deal: catalog.dealFields, contact: catalog.contactFields, company: catalog.companyFields };

  function refuse(path: KeyPath, { message, hint }: { message: string; hint: string }): void {
    problems.push(connection.problem(path, message, hint));
  }

  function stages(): StageRule[] {
    const firstOf = new Map<string, number>();
    return connection.stages.flatMap((config, index) => {
      const rule = stage(config, ['stages', index]);
      if (!rule) return [];
      const key = `${rule.pipelineId}/${rule.stageId}`;
      const first = firstOf.get(key);
      if (first === undefined) firstOf.set(key, index);
      else {
        const [message, hint] = secondRule(connection.problem(['stages', first], '').line);
        refuse(['stages', index], { message, hint });
      }
      return [rule];
    });
  }

  function stage(config: StageConfig, path: KeyPath): StageRule | null {
    const data = sources(config.data, [...path, 'data']);
    text(config.note, [...path, 'note']);
    tagTexts(config.tags, [...path, 'tags']);
    const pipeline = findNamed(config.pipeline, catalog.pipelines, 'pipeline');
    if ('message' in pipeline) {
      refuse([...path, 'pipeline'], pipeline);
      return null;
    }
    const { id: pipelineId, name: pipelineName, stages: all } = pipeline.found;
    const found = findNamed(config.stage, all, 'stage');
    if ('message' in found) {
      const where = { ...found, message: `${found.message} in the pipeline "${pipelineName}"` };
      refuse([...path, 'stage'], where);
      return null;
    }
    const { id: stageId, name: stageName } = found.found;
    const { event, note, tags } = config;
    return { pipelineId, pipelineName, stageId, stageName, event, data, note, tags };
  }

  /** Paths get the field's id, so that a field that is renamed in Kommo keeps working. */
  function source(value: ValueSource, path: KeyPath): ValueSource {
    if (typeof value !== 'string') return value;
    if (isTemplate(value)) {
      text(value, path);
      return value;
    }
    const parsed = parsePath(value);
    if ('problem' in parsed || parsed.kind !== 'field') return value;
    const found = findNamed(parsed.field, fields[parsed.of], `${parsed.of} field`);
    if ('found' in found) return formatPath({ ...parsed, field: String(found.found.id) });
    refuse(path, found);
    return value;
  }

  function sources(values: Record<string, ValueSource>, path: KeyPath): Record<string, ValueSource> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, source(value, [...path, name])]),
    );
  }

  function text(template: string | null | undefined, path: KeyPath): void {
    for (const found of pathsInTemplate(template ?? '')) {
      if (found.kind === 'field') fieldInText(found.of, found.field, path);
    }
  }

  function tagTexts(tags: TagConfig | null, path: KeyPath): void {
    for (const change of ['add', 'remove'] as const)
      for (const [index, name] of (tags?.[change] ?? []).entries()) text(name, [...path, change, index]);
  }

  /** Liquid compares names letter by letter, and Kommo leaves out fields that are empty. */
  function fieldInText(of: Owner, name: string, path: KeyPath): void {
    const isExact = fields[of].some((field) => [field.name, field.code, String(field.id)].includes(name));
    if (isExact) return;
    const found = findNamed(name, fields[of], `${of} field`);
    if ('message' in found) {
      refuse(path, found);
      return;
    }
    const exact = found.found.name;
    const message = `the ${of} field "${name}" is written "${exact}" in Kommo`;
    refuse(path, { message, hint: `Write ${of}.field["${exact}"] or ${of}.field[${found.found.id}].` });
  }

  function reaction(config: ReactionConfig): Reaction {
    const path = ['reactions', config.name];
    text(config.note, [...path, 'note']);
    text(config.task?.text, [...path, 'task', 'text']);
    tagTexts(config.tags, [...path, 'tags']);
    for (const [name, value] of Object.entries(config.fields)) {
      text(value, [...path, 'field', name]);
      fieldToSet(name, value, [...path, 'field', name]);
    }
    return { ...config };
  }

  function fieldToSet(name: string, value: string, path: KeyPath): void {
    const warn = (message: string, hint: string, at?: 'key') =>
      warnings.push(connection.problem(path, message, hint, at));
    const found = findNamed(name, catalog.dealFields, 'deal field');
    if ('message' in found) {
      const untilThen = 'Until it exists it is not set. `stagepost doctor --fix` creates it.';
      if (found.exists) refuse(path, found);
      else warn(found.message, untilThen, 'key');
      return;
    }
    const options = optionsOf(found.found);
    if (!options || isTemplate(value) || options.includes(value)) return;
    const has = options.length > 0 ? `It has ${options.join(', ')}.` : 'It has no options yet.';
    warn(
      `the list field "${found.found.name}" has no option "${value}"`,
      `${has} Kommo refuses any other text.`,
    );
  }

  return { problems, warnings, stages, sources, text, reaction };
}
