import type { ConnectionHealth } from '../health/health.ts';
import type { PartState, SetupAnswers } from './answers.ts';
import { FINISH_PARTS, type FinishPart, type FinishStep } from './schemas.ts';

const TITLES: Record<FinishPart, string> = {
  check: 'Both accounts',
  fields: 'Fields in Kommo',
  connection: 'The connection',
  start: 'Start',
  kommo_webhook: 'Kommo’s webhook',
  reporting_webhook: 'Customer.io’s reporting webhook',
  kommo_test: 'Test from Kommo’s side',
  customerio_test: 'Test from Customer.io’s side',
  lights: 'Lights',
};

export interface PartsContext {
  publicUrl: string | null;
  /** The judgement of the connection; null before there is one. */
  health: ConnectionHealth | null;
  /** ms. */
  now: number;
}

/** How long a part may take, ms: after it, the process that worked on it has ended. */
const RUN_WITHIN_MS = 90_000;

/** The parts of finishing with their states; those that have not begun say what they will do. */
export function shownParts(answers: SetupAnswers, context: PartsContext): FinishStep['parts'] {
  const { isConnected, parts } = answers.finish;
  const changedAt = Math.max(0, ...Object.values(parts).map(({ at }) => at ?? 0));
  return FINISH_PARTS.map((part) => {
    const stored = parts[part];
    const isOver = stored?.state === 'running' && context.now - (stored.at ?? 0) > RUN_WITHIN_MS;
    const known =
      part === 'lights' && isConnected ? lightsOf(context, changedAt) : isOver ? undefined : stored;
    return { part, title: TITLES[part], ...(known ?? waiting(part, answers, context.publicUrl)) };
  });
}

/**
 * What the judgement of the connection says. A webhook and a signing key are proven by the first real ones.
 * @param changedAt when a part has changed something last, ms: a judgement from before does not know of it
 */
function lightsOf({ health, now }: PartsContext, changedAt: number): PartState {
  const common = { todo: null, url: null, at: health?.judgedAt ?? null };
  if (health === null || health.judgedAt === null || health.judgedAt < changedAt)
    return { ...common, state: 'running', sentence: 'The first judgement is under way …', at: now };
  const items = health.sides.flatMap((side) => side.items);
  const wrong =
    items.find(({ light }) => light === 'broken') ?? items.find(({ light }) => light === 'warning');
  if (wrong) return { ...common, state: 'failed', sentence: wrong.message, todo: wrong.todo };
  const proofs = health.sides.flatMap((side) => side.proofs).filter(({ isRequired }) => isRequired);
  const missing = proofs.filter(({ isProven }) => !isProven);
  const [first] = missing;
  if (!first) return { ...common, state: 'done', sentence: 'All lights are green.' };
  const seen = `${proofs.length - missing.length} of ${proofs.length} have been seen to work; nothing is wrong.`;
  const titles = missing.map(({ title }) => title).join('; ');
  return { ...common, state: 'person', sentence: `${seen} Still to be seen: ${titles}.`, todo: first.todo };
}

function waiting(part: FinishPart, answers: SetupAnswers, publicUrl: string | null): PartState {
  return { state: 'waiting', sentence: planOf(part, answers, publicUrl), todo: null, url: null, at: null };
}

/** What a part will do, as a sentence. */
function planOf(part: FinishPart, answers: SetupAnswers, publicUrl: string | null): string {
  const account = answers.kommo.check?.account?.name ?? 'Kommo';
  const address = publicUrl ?? 'this Stagepost, whose public address is not known yet';
  switch (part) {
    case 'check':
      return 'Stagepost asks both accounts once more whether everything still is as it was answered.';
    case 'fields':
      return `The deal fields that the rules write into are made in ${account} where they are missing.`;
    case 'connection':
      return 'The connection and its rules are stored together. From then on it runs.';
    case 'start':
      return 'Stagepost reads the pipelines and begins to take stage changes.';
    case 'kommo_webhook':
      return answers.kommo.changes === 'polling'
        ? 'No webhook is needed: Stagepost reads the events log of Kommo.'
        : `Kommo is told to report changes of deals and contacts to ${address}.`;
    case 'reporting_webhook':
      return answers.customerio.hasAppKey
        ? `Customer.io is told to report opens, clicks, bounces and unsubscribes to ${address}.`
        : 'You add the reporting webhook in Customer.io; Stagepost shows what to click.';
    case 'kommo_test':
      return 'A webhook without consequences is sent the way Kommo sends one.';
    case 'customerio_test':
      return 'A signed report without consequences is sent the way Customer.io sends one.';
    case 'lights':
      return 'Both sides are watched until their lights are green.';
  }
}
