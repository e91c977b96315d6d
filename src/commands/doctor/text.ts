import pc from 'picocolors';
import type { Finding, Status } from '../../doctor/finding.ts';

const MARKS: Record<Status, string> = {
  ok: pc.green('✓'),
  warning: pc.yellow('!'),
  failure: pc.red('✗'),
  skipped: pc.dim('-'),
};

/** Wide enough for a sentence; a narrower terminal is respected. */
const WIDEST = 110;

/** The heading of a group, and its findings with what to do below each. `width` in characters. */
export function renderGroup(title: string, findings: Finding[], width = WIDEST): string {
  const lines = findings.flatMap((finding) => {
    const { status, message } = finding;
    const todo = todoOf(finding);
    return [
      ...wrap(message, width - 4).map((line, index) =>
        index === 0 ? `  ${MARKS[status]} ${status === 'skipped' ? pc.dim(line) : line}` : `    ${line}`,
      ),
      ...(todo === null ? [] : wrap(`→ ${todo}`, width - 4).map((line) => pc.dim(`    ${line}`))),
    ];
  });
  return [pc.bold(title), ...lines].join('\n');
}

/** What to do about a finding, by this command first. */
export function todoOf({ todo, fix }: Pick<Finding, 'todo' | 'fix'>): string | null {
  if (fix === null) return todo;
  const options = fix.needsPublicUrl ? '--fix --public-url https://your-host' : '--fix';
  return `Run stagepost doctor ${options}: it ${fix.does}. Or by hand: ${todo}`;
}

/** The last line: how it went in all. */
export function renderSum(findings: Finding[]): string {
  const failures = findings.filter(({ status }) => status === 'failure').length;
  const warnings = findings.filter(({ status }) => status === 'warning').length;
  const counted = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  if (failures > 0) return pc.red(`${counted(failures, 'failure')}, ${counted(warnings, 'warning')}.`);
  if (warnings > 0) return pc.yellow(`No failure, ${counted(warnings, 'warning')}.`);
  return pc.green('All is well.');
}

export function terminalWidth(): number {
  return Math.max(40, Math.min(process.stdout.columns ?? WIDEST, WIDEST));
}

/** Breaks at spaces. A word that is longer than a line (an address) stays whole, so that it can be copied. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
