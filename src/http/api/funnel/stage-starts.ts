import type { EventSource } from '../../../domain/campaigns/coverage.ts';
import { findByName } from '../../../domain/find-by-name.ts';
import type { CurrentCoverage } from '../coverage/service.ts';

/** What entering a stage starts by the active rules. */
export interface StageStart {
  /** Null where the stage has no rule. */
  event: string | null;
  /** The names of running campaigns. */
  campaigns: string[];
}

interface Named {
  id: number;
  name: string;
}

const MAX_CAMPAIGNS = 5;

/** The event of a stage's rule, and the running campaigns that start from it, as far as they are known. Pure. */
export function stageStart(
  { sent, coverage, seen }: Pick<CurrentCoverage, 'sent' | 'coverage' | 'seen'>,
  pipeline: Named,
  stage: Named,
): StageStart {
  const isOfStage = (from: EventSource) =>
    from.kind === 'stage' && isNamed(from.pipeline, pipeline) && isNamed(from.stage, stage);
  const event = sent.find(({ from }) => from.some(isOfStage))?.event ?? null;
  const covered = coverage?.events.find((one) => one.event === event)?.campaigns ?? [];
  const running = covered.filter(({ state }) => state === 'running').map(({ name }) => name);
  const reported = seen.filter((one) => one.event === event).map(({ name }) => name);
  return {
    event,
    campaigns: [...running, ...reported.filter((name) => name !== null)].slice(0, MAX_CAMPAIGNS),
  };
}

function isNamed(text: string, one: Named): boolean {
  return findByName(text, [one]).length > 0;
}
