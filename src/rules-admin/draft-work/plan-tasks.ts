import { describeEvent } from '../../domain/describe-event.ts';
import { outcomeOf } from '../../domain/event-outcome.ts';
import { LANGUAGES, type Language } from '../../languages/languages.ts';
import { type SimulationInput, simulate } from '../../pipeline/plan/simulate.ts';
import type { ListedEvent } from '../../store/events/activity.ts';
import type { JudgedCase } from '../cases/case-schemas.ts';
import { type CaseInput, type CasesInput, decideCase, judgeCases } from '../cases/judge-cases.ts';
import { decisionOf, isSameDecision, type Origins } from '../decision.ts';
import type { RenderedText } from '../render-schemas.ts';
import type { Compared, Decision } from '../schemas.ts';
import { type TestEvent, type TestEventInput, testEvent } from '../test-send/test-event.ts';
import { type RenderInput, renderTexts } from './render-task.ts';

const MAX_LISTED_DIFFERENCES = 100;

export interface PlanInput {
  simulation: SimulationInput;
  origins: Origins;
  language: Language;
}

/** Tasks that plan events by rules. */
export const PLAN_TASKS = {
  judgeCases(input: CasesInput): JudgedCase[] {
    return judgeCases(input);
  },

  decideCase(input: CaseInput): { expected: string } | null {
    return decideCase(input);
  },

  /** Single texts of a draft as they come out for a deal. */
  render(input: RenderInput): RenderedText[] {
    return renderTexts(input);
  },

  /** What a rule sends to a test person; a sentence where that is nothing. */
  testEvent(input: TestEventInput): TestEvent | string {
    return testEvent(input);
  },

  /** The decisions about the only event, one by each set of rules. */
  preview({ simulation, origins, language }: PlanInput): { decisions: Decision[]; isComplete: boolean } {
    const { decisions, isComplete } = simulate(simulation)[0]!;
    return {
      decisions: decisions.map((decision) =>
        decisionOf(decision, origins, simulation.catalog, simulation.deals, LANGUAGES[language]),
      ),
      isComplete,
    };
  },

  /** The events about which the second set of rules decides differently than the first, newest first. */
  compare({ simulation, origins, language }: PlanInput): Compared {
    const words = LANGUAGES[language];
    const { catalog, deals } = simulation;
    const simulated = simulate(simulation);
    const complete = simulated.filter(({ isComplete }) => isComplete);
    const different = complete
      .filter(({ decisions: [now, draft] }) => !isSameDecision(now!, draft!))
      .reverse();
    return {
      looked: simulated.length,
      unknown: simulated.length - complete.length,
      total: different.length,
      different: different.slice(0, MAX_LISTED_DIFFERENCES).map(({ event, decisions: [now, draft] }) => ({
        id: event.id,
        title: describeEvent(event.payload, event.kind, catalog.pipelines, undefined, words),
        kind: event.kind,
        outcome: outcomeOf(event as ListedEvent),
        at: event.created_at,
        now: decisionOf(now!, origins, catalog, deals, words),
        draft: decisionOf(draft!, origins, catalog, deals, words),
      })),
    };
  },
} as const;
