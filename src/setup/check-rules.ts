import { loadRules, type RulesConfig, resolveRules } from '../config/index.ts';
import { checkFields } from '../doctor/fields.ts';
import { neededEvents } from '../doctor/reporting.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import { coverageOf, sentEvents } from '../domain/campaigns/coverage.ts';
import { coverageAdvice, describeEventCoverage } from '../domain/campaigns/describe-coverage.ts';
import type { Catalog } from '../domain/entities.ts';
import type { RulesCheck } from './answers.ts';
import { note, problem, warning } from './finding.ts';
import type { RulesStep, SetupFinding } from './schemas.ts';

export interface RulesQuestion {
  /** The name of the connection. */
  name: string;
  text: string;
  catalog: Catalog;
  /** The campaigns of the workspace; null where they cannot be read. */
  campaigns: Campaign[] | null;
  /** The page of a campaign in Customer.io; null where it is not known. */
  campaignPage(id: number): string | null;
  /** What is wrong with what was chosen. */
  findings: SetupFinding[];
  /** ms. */
  now: number;
}

/** Checks the rules as the editor does, and what starts from each of their events. */
export async function checkRules(question: RulesQuestion): Promise<RulesCheck> {
  const { name, text, catalog, now } = question;
  const loaded = loadRules(text);
  const resolved = loaded.ok ? resolveRules(loaded.rules, catalog) : null;
  const mistakes = !loaded.ok ? loaded.problems : resolved !== null && !resolved.ok ? resolved.problems : [];
  const problems = mistakes.map(({ line, message, hint }) => ({ line, message, hint: hint ?? null }));
  const rules = loaded.ok ? loaded.rules : null;
  return {
    at: now,
    problems,
    events: rules === null ? [] : eventsOf(rules, question),
    reports: rules === null ? [] : neededEvents({ ...rules, name }),
    findings: [
      ...question.findings,
      ...(problems.length === 0 ? [] : [mistakesFound(problems.length)]),
      ...(rules === null ? [] : await rulesFindings(rules, catalog)),
    ],
  };
}

function mistakesFound(count: number): SetupFinding {
  const sentence =
    count === 1 ? 'There is a mistake in the rules.' : `There are ${count} mistakes in the rules.`;
  return problem('rules_invalid', sentence, { field: 'text' });
}

async function rulesFindings(rules: RulesConfig, catalog: Catalog): Promise<SetupFinding[]> {
  if (rules.stages.length === 0 && rules.reactions.length === 0)
    return [
      problem('rules_empty', 'Nothing would happen with these rules.', {
        todo: 'Choose at least one recipe.',
      }),
    ];
  const { dealFields } = catalog;
  const verdicts = await checkFields({ kommo: NO_WRITES, connection: rules, dealFields, fix: false });
  return verdicts.flatMap(({ status, message, todo, fix }) => {
    if (fix !== null) return [note('field_will_be_made', `At the end Stagepost ${fix.does}.`)];
    return status === 'ok' ? [] : [warning('field_unfit', `${message}.`, { todo })];
  });
}

/** A check without fixes makes no call. */
const NO_WRITES = {
  createDealField: () => Promise.reject(new Error('A check does not write.')),
  catalog: () => Promise.reject(new Error('A check does not read.')),
};

function eventsOf(rules: RulesConfig, { campaigns, campaignPage }: RulesQuestion): RulesStep['events'] {
  const sent = sentEvents(rules);
  if (campaigns === null)
    return sent.map(({ event }) => ({ event, status: 'unknown', sentence: null, todo: null, campaigns: [] }));
  return coverageOf(sent, { campaigns, isCut: false }).events.map((coverage) => ({
    event: coverage.event,
    status: coverage.status,
    sentence: describeEventCoverage(coverage),
    todo: coverageAdvice(coverage),
    campaigns: coverage.campaigns.map(({ id, name, state }) => ({ name, state, url: campaignPage(id) })),
  }));
}
