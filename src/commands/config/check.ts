import {
  type ConfigProblem,
  type ConnectionConfig,
  costlyTexts,
  formatProblems,
} from '../../config/index.ts';
import { loadFile } from '../data/config-file.ts';
import { colors } from '../terminal/colors.ts';
import { EXIT } from '../terminal/exit.ts';
import { plural } from '../terminal/format.ts';
import { print, printError, printJson } from '../terminal/output.ts';

export interface ConfigCheckOptions {
  config: string;
  json?: boolean;
}

/** Validates the configuration, and prints its problems or a summary. */
export function configCheck({ config: file, json }: ConfigCheckOptions): void {
  const { text, result } = loadFile(file);
  const problems = result.ok ? [] : result.problems;
  const warnings = result.ok ? [...result.warnings, ...result.config.connections.flatMap(costlyTexts)] : [];
  const connections = result.ok ? result.config.connections.map(summaryOf) : [];
  process.exitCode = result.ok ? EXIT.ok : EXIT.usage;
  if (json) {
    printJson({ ok: result.ok, file, problems, warnings, connections });
    return;
  }
  const printProblems = (all: ConfigProblem[], color: (text: string) => string) => {
    if (all.length > 0) printError(color(formatProblems(all, file, text)));
  };
  printProblems(problems, colors.red);
  printProblems(warnings, colors.yellow);
  const next = colors.dim('stagepost doctor checks the names of pipelines, stages and fields in Kommo.');
  if (result.ok) print([`${colors.green('ok')}  ${file}`, ...connections.map(summaryLine), next].join('\n'));
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
