import type { RulesForm } from './form.ts';
import { atStages, type Pipeline } from './kommo-stages.ts';
import type { Path } from './problems.ts';

/** The first input of the rule that has this title in events, whatever event it sends by now; null where there is none. */
export function pathOfRule(
  title: string,
  form: Pick<RulesForm, 'stages' | 'reactions' | 'inactivity'>,
  pipelines: readonly Pipeline[],
): Path | null {
  if (form.reactions.some(({ name }) => name === title)) return ['reactions', title, 'note'];
  const timer = form.inactivity.findIndex(({ start }) => title.startsWith(`inactivity: ${start} → `));
  if (timer >= 0) return ['inactivity', timer, 'start'];
  for (const { pipeline, stages } of atStages(pipelines, form.stages).pipelines)
    for (const { stage, rules } of stages)
      if (rules.length > 0 && title.startsWith(`${pipeline.name} / ${stage.name} → `))
        return ['stages', rules[0]!, 'event'];
  return null;
}
