import pc from 'picocolors';
import { describeAction } from '../../domain/actions.ts';
import { describeEvent } from '../../domain/describe-event.ts';
import type { Pipeline } from '../../domain/entities.ts';
import type { Trace, TracedEvent } from '../../store/events/trace.ts';

/** A trace as a person reads it in a terminal. */
export function renderTrace(query: string, trace: Trace): string {
  const head = pc.bold(`${query} in connection ${trace.connection}`);
  if (trace.events.length === 0) {
    const why =
      'Stagepost has stored nothing about it. If something should be here, check with: stagepost doctor';
    return `${head}\n  ${why}`;
  }
  const people = trace.persons.map(({ person, email, deal_id }) => {
    const name = email !== null && email !== person ? `${person} (${email})` : person;
    return `  person ${name}${deal_id === null ? '' : `, attributes follow deal ${deal_id}`}`;
  });
  const watches = trace.watches.map(
    (watch) =>
      `  watch since ${watch.start}: ${watch.state}, ${watch.state === 'running' ? 'fires' : 'was to fire'} ${time(watch.fires_at)}`,
  );
  const events = trace.events.flatMap((traced) => renderEvent(traced, trace.pipelines));
  return [head, ...people, ...watches, ...events].join('\n');
}

function renderEvent({ event, reports, actions, attempts }: TracedEvent, pipelines: Pipeline[]): string[] {
  const lines = [
    '',
    `${pc.dim(time(event.created_at))}  ${pc.bold(describeEvent(event.payload, event.kind, pipelines))}`,
    ...reports.map((report) =>
      pc.dim(`    reported by ${report.source} webhook ${report.id}, ${time(report.received_at)}`),
    ),
  ];
  if (reports.length === 0 && event.kind === 'deal_moved') {
    lines.push(pc.dim("    no webhook reported it; found in Kommo's events log"));
  }
  const version =
    event.rules_version === null ? '' : pc.dim(` (version ${event.rules_version} of the rules)`);
  if (event.state === 'planned') lines.push(`    rule   ${event.rule}${version}`);
  else lines.push(`    ${OUTCOMES[event.state]} ${event.reason ?? ''}${version}`);
  for (const warning of event.warnings) lines.push(pc.yellow(`    note   ${warning}`));
  for (const action of actions) {
    const took = attempts.filter((attempt) => attempt.action_ids.includes(action.id)).at(-1);
    const ms = took
      ? pc.dim(` (${took.duration_ms} ms${action.attempts > 1 ? `, ${action.attempts} tries` : ''})`)
      : '';
    lines.push(`    ${mark(action.state)} ${describeAction(action.payload, action.kind)}${ms}`);
    if (action.error && action.state !== 'done') lines.push(pc.red(`           ${action.error}`));
    for (const warning of action.warnings) lines.push(pc.yellow(`           ${warning}`));
  }
  return lines;
}

const OUTCOMES: Record<string, string> = {
  new: 'not planned yet.',
  ignored: 'nothing to do:',
  parked: 'waits:',
};

function mark(state: string): string {
  if (state === 'done') return pc.green('done  ');
  if (state === 'dead') return pc.red('failed');
  if (state === 'dropped') return pc.dim('no    ');
  return pc.yellow('open  ');
}

function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
