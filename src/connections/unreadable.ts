import type { ConfigProblem } from '../config/index.ts';
import { KeyUnusable } from '../secrets/key-source.ts';
import { SealError } from '../secrets/keyring.ts';

/** A connection of the database that this process cannot use, or whose last change it cannot use. */
export interface UnreadableConnection {
  connection: string;
  /** Why, as sentences that have nothing of its secrets. */
  reason: string;
  /** What a person can do about it. */
  todo: string;
  /** It runs by its settings from before the change that cannot be read. Without: its webhooks are answered 503. */
  runsAsBefore: boolean;
}

type Cause = Pick<UnreadableConnection, 'reason' | 'todo'>;

const REPLACE =
  'import it again from its stagepost.yaml (stagepost connections import), or remove it (stagepost connections remove) and add it in the console. With the embedded database stop Stagepost first.';

/** The settings or secrets could be opened, and are not valid. */
export function causeOfProblems(problems: readonly ConfigProblem[]): Cause {
  const reason = problems.map(({ path, message }) => `${path}: ${message}.`).join(' ');
  const hints = [...new Set(problems.flatMap(({ hint }) => hint ?? []))];
  return { reason, todo: [...hints, sentence(REPLACE)].join(' ') };
}

/** The settings or secrets could not be opened. */
export function causeOfError(error: unknown): Cause {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof KeyUnusable)
    return { reason, todo: 'It runs within seconds once the key can be read.' };
  if (error instanceof SealError && error.isKeyMissing)
    return {
      reason,
      todo: `It runs within seconds once the key is in the file, or after a restart with the variable. If the key is lost, ${REPLACE}`,
    };
  return { reason, todo: sentence(REPLACE) };
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
