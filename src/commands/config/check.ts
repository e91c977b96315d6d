import {
  type ConfigProblem,
  type ConnectionConfig,
  costlyTexts,
  formatProblems,
} from '../../config/index.ts';
import { loadFile } from '../data/config-file.ts';
import { currentSettings } from '../settings/current.ts';
import { colors } from '../terminal/colors.ts';
import { EXIT } from '../terminal/exit.ts';
import { plural } from '../terminal/format.ts';
import { print, printError, printJson } from '../terminal/output.ts';
import { checkStored, type StoredCheck } from './check-stored.ts';

export interface ConfigCheckOptions {
  config: string;
  data: string;
  json?: boolean;
}

/** Validates the configuration and the connections of the database, and prints their problems or a summary. */
export async function configCheck({ config: file, data, json }: ConfigCheckOptions): Promise<void> {
  const { text, hasFile, result } = loadFile(file);
  const problems = result.ok ? [] : result.problems;
  const warnings = result.ok ? [...result.warnings, ...result.config.connections.flatMap(costlyTexts)] : [];
  const envFiles = currentSettings().files;
  const connections = result.ok ? result.config.connections.map(summaryOf) : [];
  const stored = await checkStored(new Set(connections.map(({ name }) => name)), data);
  const ok = result.ok && stored.problems.length === 0;
  process.exitCode = ok ? EXIT.ok : EXIT.usage;
  if (json) {
    printJson({ ok, file, envFiles, problems, warnings, connections, stored });
    return;
  }
  const printProblems = (all: ConfigProblem[], color: (text: string) => string) => {
    if (all.length > 0) printError(color(formatProblems(all, file, text)));
  };
  printProblems(problems, colors.red);
  printProblems(warnings, colors.yellow);
  for (const problem of stored.problems) printError(colors.red(storedProblem(problem)));
  if (stored.unchecked !== null) printError(colors.yellow(stored.unchecked));
  const next = colors.dim('stagepost doctor checks the names of pipelines, stages and fields in Kommo.');
  const read = envFiles.map((envFile) => `    with the settings of ${envFile}`);
  const subject = hasFile ? file : `There is no ${file}: all connections are in the database`;
  if (ok) {
    const lines = [...connections.map(summaryLine), ...stored.connections.map(storedLine)];
    print([`${colors.green('ok')}  ${subject}`, ...read, ...lines, next].join('\n'));
  }
}

function storedProblem({ path, message, hint }: ConfigProblem): string {
  return `database  ${path}: ${message}.${hint ? ` ${hint}` : ''}`;
}

function storedLine({ name }: StoredCheck['connections'][number]): string {
  return `    ${name}: in the database`;
}

interface Summary {
  name: string;
  rules: ConnectionConfig['rulesIn'];
  stages: number;
  reactions: number;
  inactivity: number;
}

function summaryOf({ name, rulesIn, stages, reactions, inactivity }: ConnectionConfig): Summary {
  const counts = { stages: stages.length, reactions: reactions.length, inactivity: inactivity.length };
  return { name, rules: rulesIn, ...counts };
}

function summaryLine({ name, rules, stages, reactions, inactivity }: Summary): string {
  if (rules === 'console') return `    ${name}: its rules are kept in the console`;
  const counts = [
    plural(stages, 'stage'),
    plural(reactions, 'reaction'),
    plural(inactivity, 'inactivity rule'),
  ];
  return `    ${name}: ${counts.join(', ')}`;
}
