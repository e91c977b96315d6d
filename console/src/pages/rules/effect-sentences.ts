import type { PublishEffects } from '../../api/types.ts';
import { ruleTexts } from '../../texts.ts';

const labels = ruleTexts.effects;

/** What publishing means for what is there already, a sentence or two for each stage and timer. */
export function effectSentences({ stages, timers, waiting }: PublishEffects): string[] {
  return [
    ...stages.map(({ stage, isNew, deals }) => labels.stage(deals, stage, isNew)),
    ...(waiting > 0 ? [labels.waiting(waiting)] : []),
    ...timers.map(({ start, changes, running }) =>
      [labels.running(running, start), ...changes.map((change) => labels.timer[change])].join(' '),
    ),
  ];
}
