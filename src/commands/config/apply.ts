import { formatKeyPath, formatProblems } from '../../config/index.ts';
import type { DraftProblem } from '../../rules-admin/rules-service.ts';
import type { RuleAccess } from '../data/types.ts';
import { connectionOf, type DataOptions, withData } from '../data/with-data.ts';
import { colors } from '../terminal/colors.ts';
import { confirmChange } from '../terminal/confirm.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { joinLines } from '../terminal/format.ts';
import { print, printError } from '../terminal/output.ts';
import { readRulesFile } from './rules-file.ts';

export interface ConfigApplyOptions extends DataOptions {
  dryRun?: boolean;
  note?: string;
  acceptDifferentCases?: boolean;
  yes?: boolean;
}

interface RulesFile {
  file: string;
  connection: string;
  text: string;
}

/** Publishes the rules in a file as a new version. */
export async function configApply(file: string, options: ConfigApplyOptions): Promise<void> {
  await withData({ ...options, leftRules: 'ignored' }, async (data) => {
    const connection = await connectionOf(data, options.connection);
    const text = readRulesFile(file, connection);
    await apply(data.rules(connection), { file, connection, text }, options);
  });
}

async function apply(rules: RuleAccess, source: RulesFile, options: ConfigApplyOptions): Promise<void> {
  const { connection, text } = source;
  const checked = await rules.check({ text });
  if (checked.warnings.length > 0) printError(colors.yellow(formatted(checked.warnings, source)));
  if (!checked.ok) throw new CommandError(formatted(checked.problems, source), EXIT.usage);
  const basedOn = (await rules.versions()).versions[0]?.version ?? 0;
  if (basedOn > 0 && (await rules.source(basedOn)).text === text) {
    print(`Nothing to do: the file is the same as version ${basedOn} of the rules of ${connection}.`);
    return;
  }
  const changes = checked.changes.length > 0 ? checked.changes : ['Nothing in what the rules do.'];
  print(`Changes for ${connection}:\n${joinLines(changes.map((change) => `  ${change}`))}`);
  if (options.dryRun) return;
  const question = `Publish this as version ${basedOn + 1} of the rules of ${connection}?`;
  if (await confirmChange(question, options.yes)) await publish(rules, source, basedOn, options);
}

async function publish(
  rules: RuleAccess,
  { connection, text }: RulesFile,
  basedOn: number,
  { config, note, acceptDifferentCases }: ConfigApplyOptions,
): Promise<void> {
  const { version, isRunning } = await rules.publish({
    ...{ draft: { text }, basedOn, ahead: true },
    ...(note ? { note } : {}),
    ...(acceptDifferentCases ? { acceptDifferentCases } : {}),
  });
  print(colors.green(isRunning ? `Version ${version} is published.` : `Version ${version} is stored.`));
  if (!isRunning)
    print(
      `${connection} still uses the rules in ${config}. To activate version ${version}, replace them there by "rules: console" and restart.`,
    );
}

function formatted(problems: DraftProblem[], { file, text }: RulesFile): string {
  const withPlaces = problems.map(({ path, line, column, message, hint }) => ({
    ...{ path: formatKeyPath(path), line, column, message },
    ...(hint === null ? {} : { hint }),
  }));
  return formatProblems(withPlaces, file, text);
}
