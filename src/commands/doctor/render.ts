import type { Finding, Status } from '../../doctor/finding.ts';
import { colors } from '../terminal/colors.ts';
import { plural } from '../terminal/format.ts';
import { wrap } from '../terminal/wrap.ts';

const MARKS: Record<Status, string> = {
  ok: colors.green('✓'),
  warning: colors.yellow('!'),
  failure: colors.red('✗'),
  skipped: colors.dim('-'),
};

/** A heading and its findings, each with what to do. @param width in characters */
export function renderGroup(title: string, findings: Finding[], width: number, publicUrl?: string): string {
  return [
    colors.bold(title),
    ...withoutRepeats(findings).flatMap((finding) => renderFinding(finding, width - 4, publicUrl)),
  ].join('\n');
}

/** Checks that were skipped for the same reason are one line, which names them. */
function withoutRepeats(findings: Finding[]): Finding[] {
  const isSame = (a: Finding, b: Finding) =>
    a.status === 'skipped' && b.status === 'skipped' && a.message === b.message;
  return findings.flatMap((finding, index) => {
    const same = findings.filter((other) => isSame(other, finding));
    if (same.length < 2) return [finding];
    if (findings.findIndex((other) => isSame(other, finding)) < index) return [];
    return [{ ...finding, message: `${finding.message} (${same.map(({ check }) => check).join(', ')})` }];
  });
}

function renderFinding(finding: Finding, width: number, publicUrl: string | undefined): string[] {
  const { status, message } = finding;
  const todo = todoOf(finding, publicUrl);
  const [first = '', ...others] = wrap(message, width);
  return [
    `  ${MARKS[status]} ${status === 'skipped' ? colors.dim(first) : first}`,
    ...others.map((line) => `    ${line}`),
    ...(todo === null ? [] : wrap(`→ ${todo}`, width).map((line) => colors.dim(`    ${line}`))),
  ];
}

/** What to do about a finding: where this command can fix it, that comes first. */
export function todoOf(
  { todo, fix }: Pick<Finding, 'todo' | 'fix'>,
  publicUrl = 'https://your-host',
): string | null {
  if (fix === null) return todo;
  const options = fix.needsPublicUrl ? `--fix --public-url ${publicUrl}` : '--fix';
  return `Run stagepost doctor ${options}: it ${fix.does}. Or by hand: ${todo}`;
}

/** The last line of the output. */
export function renderSummary(findings: Finding[]): string {
  const failures = findings.filter(({ status }) => status === 'failure').length;
  const warnings = plural(findings.filter(({ status }) => status === 'warning').length, 'warning');
  if (failures > 0) return colors.red(`${plural(failures, 'failure')}, ${warnings}.`);
  if (!warnings.startsWith('0 ')) return colors.yellow(`No failures, ${warnings}.`);
  return colors.green('Everything is fine.');
}
