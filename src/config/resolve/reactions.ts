import type { Reaction } from '../../domain/rules/rules.ts';
import { isTemplate } from '../../domain/rules/values.ts';
import { findNamed, optionsOf } from '../names.ts';
import { type KeyPath, listOf } from '../problems.ts';
import type { ReactionConfig } from '../types.ts';
import { type Resolution, refuse, warn } from './resolution.ts';
import { checkTagTexts, checkText } from './values.ts';

export function resolveReaction(config: ReactionConfig, resolution: Resolution): Reaction {
  const path = ['reactions', config.name];
  checkText(config.note, [...path, 'note'], resolution);
  checkText(config.task?.text, [...path, 'task', 'text'], resolution);
  checkTagTexts(config.tags, [...path, 'tags'], resolution);
  for (const [name, value] of Object.entries(config.fields)) {
    const place = [...path, 'field', name];
    checkText(value, place, resolution);
    checkFieldToSet(name, value, place, resolution);
  }
  return { ...config };
}

/** A field that does not exist yet is only a warning: the reaction's other actions work without it. */
function checkFieldToSet(name: string, value: string, path: KeyPath, resolution: Resolution): void {
  const field = findNamed(name, resolution.catalog.dealFields, 'deal field');
  if ('message' in field) {
    const untilThen = 'Until it exists it is not set. `stagepost doctor --fix` creates it.';
    if (field.exists) refuse(resolution, path, field);
    else warn(resolution, path, field.message, untilThen, 'key');
    return;
  }
  const options = optionsOf(field.found);
  if (!options || isTemplate(value) || options.includes(value)) return;
  const has = options.length > 0 ? `It has ${listOf(options)}.` : 'It has no options yet.';
  const message = `the list field "${field.found.name}" has no option "${value}"`;
  warn(resolution, path, message, `${has} Kommo refuses any other text.`);
}
