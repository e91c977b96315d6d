import { noActions, type Plan, type SetAside } from '../../domain/plan/plan-types.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { DecidedEvent } from './save-plans.ts';

const CHECK_TEXTS = 'Check the texts of the rule.';
const REPORT_FAULT = 'This is a fault of Stagepost: please report it with the error from the log.';

const ADVICE: Record<SetAside, string> = {
  text_failed: CHECK_TEXTS,
  text_too_expensive: CHECK_TEXTS,
  planning_timed_out: CHECK_TEXTS,
  planning_failed: REPORT_FAULT,
  planning_crashed: CHECK_TEXTS,
};

/** The plan of an event that is put aside: it leads to nothing, and says why. @param cause continues a sentence */
export function setAsidePlan(setAside: SetAside, cause: string): Plan {
  return { ...noActions(`This could not be planned: ${cause}`), warnings: [ADVICE[setAside]], setAside };
}

export function setAsideEvent(row: StoredEvent, setAside: SetAside, cause: string): DecidedEvent {
  return { row, plan: setAsidePlan(setAside, cause), actions: [] };
}
