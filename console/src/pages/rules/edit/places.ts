import { ruleTexts, texts } from '../../../texts.ts';
import type { RulesForm } from './form.ts';
import type { Path } from './problems.ts';

const words = ruleTexts.places;

/** Where a path of the draft leads to, in words: `Closed - won, event`. */
export function placeOf(path: Path, form: RulesForm): string {
  const [part, item, ...inside] = path;
  const steps = part === 'person' ? [item, ...inside] : inside;
  const keys = steps.filter((step) => step !== undefined && !String(step).startsWith('#'));
  return [partOf(part, item, form), ...keys.map((key) => words.keys[String(key)] ?? String(key))]
    .filter(Boolean)
    .join(', ');
}

function partOf(part: Path[number] | undefined, item: Path[number] | undefined, form: RulesForm): string {
  switch (part) {
    case 'stages': {
      const rule = form.stages[Number(item)];
      return rule ? rule.stage : texts.rules.pipelines;
    }
    case 'reactions':
      return item === undefined ? texts.rules.reactions : String(item);
    case 'inactivity':
      return item === undefined ? texts.rules.inactivity : words.clock(Number(item) + 1);
    case 'person':
      return words.person;
    default:
      return words.keys[String(part)] ?? words.rules;
  }
}
