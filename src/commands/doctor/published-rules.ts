import { type ConnectionConfig, loadRules } from '../../config/index.ts';
import { failure, ok, type Verdict, warning } from '../../doctor/finding.ts';
import { type DataOptions, withData } from '../data/with-data.ts';

/** A connection with its active rules, and what is to be said about them. */
export interface PublishedRules {
  config: ConnectionConfig;
  verdicts: Verdict[];
}

/** Loads the rules that the console keeps. Those of the file are part of `config` already. */
export async function withPublishedRules(
  config: ConnectionConfig,
  options: DataOptions,
): Promise<PublishedRules> {
  if (config.rulesIn === 'file') return { config, verdicts: [] };
  try {
    const { version, text } = await withData(options, ({ rules }) => rules(config.name).source());
    return withRules(config, version, text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const todo =
      'Start stagepost serve, or name its data folder with --data. Until then the names in the rules are not checked.';
    return { config, verdicts: [warning(`The rules in the console cannot be read. ${message}`, todo)] };
  }
}

function withRules(config: ConnectionConfig, version: number, text: string): PublishedRules {
  if (version === 0) {
    const todo = 'Write rules in the console, or move them there with: stagepost config apply.';
    return { config, verdicts: [warning('No rules have been published, so nothing happens', todo)] };
  }
  const loaded = loadRules(text);
  if (loaded.ok)
    return {
      config: { ...config, ...loaded.rules },
      verdicts: [ok(`Version ${version} of the rules is active`)],
    };
  const { path, message } = loaded.problems[0]!;
  const problem = `Version ${version} of the rules cannot be read: ${path}: ${message}`;
  return { config, verdicts: [failure(problem, 'Correct the rules in the console and publish them.')] };
}
