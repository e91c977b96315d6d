import type { DraftTree } from '../../../api/types.ts';
import type { RulesForm } from './form.ts';

/** An event that a stage sends under another name than in the live rules, while timers still start with the former one. */
export interface RenamedEvent {
  from: string;
  to: string;
  /** How many timers of the draft start with the former name. */
  timers: number;
}

/**
 * The renamed events by the index of their stage's rule. One that another stage still sends is not renamed: a timer may mean that one.
 * @param live the rules as they were when the draft was begun
 */
export function renamedEvents(
  { stages, inactivity }: Pick<RulesForm, 'stages' | 'inactivity'>,
  live: DraftTree,
): ReadonlyMap<number, RenamedEvent> {
  const sent = new Set(stages.map(({ event }) => event.trim()));
  const renamed = stages.flatMap(({ pipeline, stage, event }, index) => {
    const from = live.stages?.find((rule) => rule.pipeline === pipeline && rule.stage === stage)?.event;
    const to = event.trim();
    const timers = inactivity.filter(({ start }) => start === from).length;
    if (from === undefined || to === '' || sent.has(from) || timers === 0) return [];
    return [[index, { from, to, timers }] as const];
  });
  return new Map(renamed);
}

/** The draft with the timers of a renamed event starting with its new name. */
export function withRenamedTimers(
  form: RulesForm,
  { from, to }: Pick<RenamedEvent, 'from' | 'to'>,
): RulesForm {
  return {
    ...form,
    inactivity: form.inactivity.map((timer) => (timer.start === from ? { ...timer, start: to } : timer)),
  };
}
