import pc from 'picocolors';
import { type ConfigProblem, type ConnectionConfig, formatProblems } from '../../config/index.ts';
import { EXIT } from '../common/exit.ts';
import { loadFile } from '../common/options.ts';

export interface ConfigCheckOptions {
  config: string;
  json?: boolean;
}

export const CONFIG_CHECK_HELP = `
Calls nobody: whether the names exist in Kommo is checked by stagepost doctor.
Exit code: 0 the configuration is right (warnings are allowed), 2 it is not.

Examples:
  stagepost config check
  stagepost config check --config /etc/stagepost.yaml --json`;

/** Reads the configuration and says what is wrong with it, or what is in it. */
export function configCheck({ config: file, json }: ConfigCheckOptions): void {
  const { text, result } = loadFile(file);
  const problems = result.ok ? [] : result.problems;
  const warnings = result.ok ? result.warnings : [];
  const connections = result.ok ? result.config.connections.map(summaryOf) : [];
  process.exitCode = result.ok ? EXIT.ok : EXIT.usage;
  if (json) {
    console.log(JSON.stringify({ ok: result.ok, file, problems, warnings, connections }, null, 2));
    return;
  }
  tell(problems, pc.red, file, text);
  tell(warnings, pc.yellow, file, text);
  const next = pc.dim('Names of pipelines, stages and fields are checked at Kommo by: stagepost doctor');
  if (result.ok)
    console.log([`${pc.green('ok')}  ${file}`, ...connections.map(summaryLine), next].join('\n'));
}

function tell(problems: ConfigProblem[], color: (text: string) => string, file: string, text: string): void {
  if (problems.length > 0) console.error(color(formatProblems(problems, file, text)));
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

function summaryLine({ name, rules: kept, stages, reactions, inactivity }: Summary): string {
  if (kept === 'console') return `    ${name}: its rules are kept in the console`;
  const counted = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  const rules = [
    counted(stages, 'stage'),
    counted(reactions, 'reaction'),
    counted(inactivity, 'inactivity rule'),
  ];
  return `    ${name}: ${rules.join(', ')}`;
}
