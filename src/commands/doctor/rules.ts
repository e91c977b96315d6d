import { type ConnectionConfig, loadRules } from '../../config/index.ts';
import { failure, ok, type Verdict, warning } from '../../doctor/finding.ts';
import { withStore } from '../server/store-access.ts';
import type { DoctorOptions } from './options.ts';

/** A connection with the rules that count for it, and what is to be said of them. */
export interface PublishedRules {
  config: ConnectionConfig;
  verdicts: Verdict[];
}

/** Rules of the file are there already; those that the console keeps are asked for where they are kept. */
export async function withPublishedRules(
  config: ConnectionConfig,
  options: DoctorOptions,
): Promise<PublishedRules> {
  if (config.rulesIn === 'file') return { config, verdicts: [] };
  try {
    const { version, text } = await withStore(options, ({ rules }) => rules(config.name).source());
    return judged(config, version, text);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const todo =
      'Run stagepost serve once, or name its --data folder. Until then their names are not checked.';
    return { config, verdicts: [warning(`The rules in the console cannot be read. ${words}`, todo)] };
  }
}

function judged(config: ConnectionConfig, version: number, text: string): PublishedRules {
  if (version === 0) {
    const todo = 'Make them in the console, or bring them there with: stagepost config apply.';
    return { config, verdicts: [warning('No rules have been published yet, so nothing is done', todo)] };
  }
  const loaded = loadRules(text);
  if (loaded.ok)
    return { config: { ...config, ...loaded.rules }, verdicts: [ok(`Version ${version} of the rules runs`)] };
  const { path, message } = loaded.problems[0]!;
  const words = `Version ${version} of the rules cannot be read: ${path}: ${message}`;
  return { config, verdicts: [failure(words, 'Correct it in the console and publish it.')] };
}
