import type { ConnectionHealth } from '../health/health.ts';
import type { SetupAnswers } from './answers.ts';
import { shownParts } from './finish-parts.ts';
import { wantedReporting } from './reporting-webhook.ts';
import {
  type CustomerioStep,
  type FinishStep,
  type KommoStep,
  type RulesStep,
  type Setup,
  type SetupFinding,
  type SetupSummary,
  STEPS,
  type StepName,
} from './schemas.ts';

/** A setup as it is stored, without its secrets. */
export interface SetupState {
  name: string;
  answers: SetupAnswers;
  createdBy: string;
  createdAt: number;
  updatedAt: number;
}

export interface ProgressContext {
  /** Where Kommo and Customer.io reach this Stagepost; null where that is not configured. */
  publicUrl: string | null;
  /** Whether Kommo has granted access to this setup by OAuth. */
  hasGrant: boolean;
  /** Whether the setup is being finished now. */
  isFinishing: boolean;
  /** The judgement of the connection that was made; null before there is one. */
  health: ConnectionHealth | null;
  /** ms. */
  now: number;
  /** The origin of Customer.io's pages for a workspace of a region. */
  pagesOrigin(region: 'us' | 'eu'): string;
}

/** What was answered in each step, what was found and what is missing. Pure. */
export function progressOf(state: SetupState, context: ProgressContext): Setup {
  const { name, createdAt, updatedAt, createdBy } = state;
  const steps = {
    kommo: kommoStep(state, context),
    customerio: customerioStep(state, context),
    rules: rulesStep(state),
  };
  const finish = finishStep(state, Object.values(steps).every(isDone), context);
  const all = { ...steps, finish };
  return { name, createdAt, updatedAt, createdBy, next: nextOf(all), ...all };
}

export function summaryOf(state: SetupState, context: ProgressContext): SetupSummary {
  const { name, createdAt, updatedAt, createdBy, answers } = state;
  const { next } = progressOf(state, context);
  const isConnected = answers.finish.isConnected;
  return { name, kommoUrl: answers.kommo.url, createdAt, updatedAt, createdBy, next, isConnected };
}

type Step = Pick<KommoStep, 'state' | 'needs' | 'findings' | 'checkedAt'>;

const isDone = ({ state }: Step) => state === 'done';

function nextOf(steps: Record<StepName, Step>): StepName | null {
  return STEPS.find((step) => !isDone(steps[step])) ?? null;
}

/** @param isAnswered whether anything of the step was answered */
function stepOf(
  isAnswered: boolean,
  needs: Step['needs'],
  check: { at: number; findings: SetupFinding[] } | null,
): Step {
  const findings = check?.findings ?? [];
  const isComplete = check !== null && needs.length === 0 && !findings.some(isProblem);
  const state = isComplete ? 'done' : isAnswered ? 'incomplete' : 'open';
  return { state, needs, findings, checkedAt: check?.at ?? null };
}

const isProblem = ({ level }: SetupFinding) => level === 'problem';

function kommoStep({ answers }: SetupState, { hasGrant }: ProgressContext): KommoStep {
  const { check, url, hasToken, changes } = answers.kommo;
  const hasAccess = hasToken || hasGrant;
  const needs = missing([
    [url !== null, 'url', 'The address of your Kommo account, such as acme.kommo.com.'],
    [hasAccess, 'token', 'Access to the account: a long-lived token, or a connection by OAuth.'],
  ]);
  return {
    ...stepOf(url !== null || hasAccess, needs, check),
    url,
    access: hasToken ? 'token' : hasGrant ? 'oauth' : null,
    hasToken,
    account: check?.account ?? null,
    user: check?.user ?? null,
    validUntil: check?.validUntil ?? null,
    changes,
    pollingNeeded: check?.pollingNeeded ?? false,
  };
}

function customerioStep({ name, answers }: SetupState, context: ProgressContext): CustomerioStep {
  const { check, isReportingPrepared: _, ...given } = answers.customerio;
  const needs = missing([
    [given.hasSiteId, 'siteId', 'The Site ID of the workspace.'],
    [given.hasApiKey, 'apiKey', 'The API key that belongs to the Site ID.'],
    [
      given.hasSigningKey,
      'signingKey',
      'The signing key of reporting webhooks, by which Stagepost knows that a report comes from Customer.io.',
    ],
  ]);
  const region = check?.region ?? null;
  const workspace = check?.workspace ?? null;
  const workspaceUrl = region && workspace ? `${context.pagesOrigin(region)}/workspaces/${workspace}` : null;
  const isAnswered = given.hasSiteId || given.hasApiKey || given.hasAppKey || given.hasSigningKey;
  return {
    ...stepOf(isAnswered, needs, check),
    ...given,
    region,
    workspace,
    workspaceUrl,
    reporting: wantedReporting({ name, answers, publicUrl: context.publicUrl, workspaceUrl }),
  };
}

function rulesStep({ answers }: SetupState): RulesStep {
  const { check, ...given } = answers.rules;
  const needs = missing([[given.text !== null, 'recipes', 'What shall happen: choose at least one recipe.']]);
  return {
    ...stepOf(given.text !== null, needs, check),
    ...given,
    problems: check?.problems ?? [],
    events: check?.events ?? [],
    reports: check?.reports ?? [],
  };
}

function finishStep({ answers }: SetupState, isReady: boolean, context: ProgressContext): FinishStep {
  const { isConnected } = answers.finish;
  const parts = shownParts(answers, context);
  const isRunning =
    context.isFinishing || parts.some(({ part, state }) => part !== 'lights' && state === 'running');
  const isComplete = isConnected && parts.every(({ state }) => state === 'done' || state === 'skipped');
  const needs = missing([[isReady || isConnected, 'steps', 'The steps before this one.']]);
  return {
    state: isComplete ? 'done' : isConnected || isRunning ? 'incomplete' : 'open',
    needs,
    findings: [],
    checkedAt: null,
    isRunning,
    isConnected,
    parts,
  };
}

function missing(wanted: [isThere: boolean, field: string, sentence: string][]): Step['needs'] {
  return wanted.flatMap(([isThere, field, sentence]) => (isThere ? [] : [{ field, sentence }]));
}
