import type { Setup } from '../../setup/schemas.ts';
import type { ApiClient } from '../data/api-client.ts';
import { colors } from '../terminal/colors.ts';
import { CommandError } from '../terminal/exit.ts';
import type { Dialog } from './dialog.ts';

/** What the options of the command have answered already. */
export interface Given {
  name?: string | undefined;
  kommoUrl?: string | undefined;
  kommoToken?: string | undefined;
  siteId?: string | undefined;
  apiKey?: string | undefined;
  appKey?: string | undefined;
  signingKey?: string | undefined;
  serviceAccountToken?: string | undefined;
  /** The ids of recipes; empty: the suggested ones. */
  recipes: string[];
  /** By `<recipe>.<input>`. */
  choices: Record<string, string>;
  /** Nothing is asked that has a suggestion. */
  yes: boolean;
}

/** One setup that is being answered in a terminal. */
export interface Session {
  api: Pick<ApiClient, 'call' | 'url'>;
  dialog: Dialog;
  given: Given;
  /** The name of the connection. */
  name: string;
}

type Findings = Setup['kommo']['findings'];

const SIGNS = { good: colors.green('✓'), note: '·', warning: colors.yellow('!'), problem: colors.red('✗') };

export function printFindings({ dialog }: Pick<Session, 'dialog'>, findings: Findings): void {
  for (const { level, sentence, todo } of findings) {
    dialog.print(`  ${SIGNS[level]} ${sentence}`);
    if (todo !== null) dialog.print(colors.dim(`    ${todo}`));
  }
}

/** Whether an answer is missing, or was refused. */
export function isWanted(
  { needs, findings }: Pick<Setup['kommo'], 'needs' | 'findings'>,
  field: string,
): boolean {
  const isRefused = findings.some((finding) => finding.level === 'problem' && finding.field === field);
  return isRefused || needs.some((need) => need.field === field);
}

/**
 * Asks until a step is done. Without a terminal only what the options say is tried, once.
 * @param ask gives the answers to send; `isFirst`: the options still count
 * @param send sends them and gives the setup with what was found
 * @throws CommandError
 */
export async function answerUntilDone<Answer>(
  session: Session,
  step: 'kommo' | 'customerio' | 'rules',
  ask: (setup: Setup, isFirst: boolean) => Promise<Answer>,
  send: (answer: Answer) => Promise<Setup>,
): Promise<void> {
  const { api, dialog, name } = session;
  let setup = await api.call('setupProgress', { params: { name } });
  const isAnsweredNow = hasOptions(session.given, step);
  if (setup[step].state === 'done' && !isAnsweredNow) return printFindings(session, setup[step].findings);
  for (let isFirst = true; setup[step].state !== 'done' || (isFirst && isAnsweredNow); isFirst = false) {
    if (!isFirst && !dialog.isInteractive) throw new CommandError(failureOf(setup[step]));
    setup = await send(await ask(setup, isFirst));
    printFindings(session, setup[step].findings);
  }
}

/** Whether the options of the command answer something of a step. */
function hasOptions(given: Given, step: 'kommo' | 'customerio' | 'rules'): boolean {
  if (step === 'kommo') return given.kommoUrl !== undefined || given.kommoToken !== undefined;
  if (step === 'rules') return given.recipes.length > 0 || Object.keys(given.choices).length > 0;
  const { siteId, apiKey, appKey, signingKey, serviceAccountToken } = given;
  return [siteId, apiKey, appKey, signingKey, serviceAccountToken].some((value) => value !== undefined);
}

function failureOf({ needs, findings }: Pick<Setup['kommo'], 'needs' | 'findings'>): string {
  const wrong = findings.filter(({ level }) => level === 'problem').map(({ sentence }) => sentence);
  const missing = needs.map(({ sentence }) => `Missing: ${sentence}`);
  return [...wrong, ...missing].join('\n');
}
