import type { FunnelOverview, FunnelStage } from '../../../api/types.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Beyond this many days other things have changed as well. */
const MOST_DAYS = 30;

/** A time, in ms: `since` belongs to it, `until` does not. */
export interface Period {
  since: number;
  until: number;
}

/**
 * The time since a version was published, to the next version or to now and at most 30 days, and as long a time before it.
 * Now is rounded to the minute, so that a page does not ask anew each time it is drawn.
 * @param next when the next version was published, ms; null for the version that runs
 */
export function periodsOf(at: number, next: number | null, now: number): { before: Period; after: Period } {
  const end = next ?? Math.max(at + MINUTE, Math.ceil(now / MINUTE) * MINUTE);
  const length = Math.min(end - at, MOST_DAYS * DAY);
  return { before: { since: at - length, until: at }, after: { since: at, until: at + length } };
}

export type Counts = Pick<FunnelStage, 'entered' | 'emailed' | 'opened' | 'clicked'>;

/** A stage before and after a version. */
export interface StageEffect {
  id: number;
  pipeline: string;
  name: string;
  color: string | null;
  before: Counts;
  after: Counts;
}

const NONE: Counts = { entered: 0, emailed: 0, opened: 0, clicked: 0 };

/** Stages with a rule that deals have entered before or after, in the order of the pipelines. */
export function stageEffects(
  before: Pick<FunnelOverview, 'funnels'>,
  after: Pick<FunnelOverview, 'funnels'>,
): StageEffect[] {
  const effects = new Map<string, StageEffect>();
  for (const [side, { funnels }] of Object.entries({ after, before }) as ['after' | 'before', typeof after][])
    for (const { id: pipelineId, name: pipeline, stages } of funnels)
      for (const { id, name, color, event, ...counts } of stages) {
        if (event === null) continue;
        const key = `${pipelineId}/${id}`;
        const effect = effects.get(key) ?? { id, pipeline, name, color, before: NONE, after: NONE };
        effects.set(key, { ...effect, [side]: countsOf(counts) });
      }
  return [...effects.values()].filter(({ before, after }) => before.entered + after.entered > 0);
}

/** All stages together. */
export function sumOf(effects: readonly StageEffect[], side: 'before' | 'after'): Counts {
  return effects
    .map((effect) => effect[side])
    .reduce(
      (sum, { entered, emailed, opened, clicked }) => ({
        entered: sum.entered + entered,
        emailed: sum.emailed + emailed,
        opened: sum.opened + opened,
        clicked: sum.clicked + clicked,
      }),
      NONE,
    );
}

function countsOf({ entered, emailed, opened, clicked }: Counts): Counts {
  return { entered, emailed, opened, clicked };
}
