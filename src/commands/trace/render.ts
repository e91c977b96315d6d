import { describeAction } from '../../domain/actions.ts';
import type { EventEmail } from '../../domain/answer/event-emails.ts';
import { describeSender } from '../../domain/campaigns/sender.ts';
import { describeEvent } from '../../domain/describe-event.ts';
import type { Pipeline, UnixSeconds } from '../../domain/entities.ts';
import type { Trace, TracedEvent } from '../../store/events/trace.ts';
import { colors } from '../terminal/colors.ts';
import { joinLines, utc } from '../terminal/format.ts';
import { traceAnswer, traceEmails } from './answer.ts';

/** A trace for the terminal. @param query the deal or email it was asked for @param now unix seconds */
export function renderTrace(query: string, trace: Trace, now: UnixSeconds): string {
  const { connection, persons, watches, events, pipelines, matches = [] } = trace;
  const emails = traceEmails(trace);
  const head = colors.bold(`${query} in connection ${connection}`);
  if (events.length === 0 && matches.length > 0) return joinLines([head, ...renderMatches(matches)]);
  if (events.length === 0)
    return `${head}\n  Stagepost has stored nothing about it. If you expected something here, run: stagepost doctor`;
  return joinLines([
    head,
    `  ${traceAnswer(trace, now) ?? ''}`,
    ...persons.map(renderPerson),
    ...watches.map(renderWatch),
    ...events.flatMap((traced) => [
      ...renderEvent(traced, pipelines),
      ...emails.filter(({ event }) => event === traced.event.id).map(renderEmail),
    ]),
  ]);
}

function renderMatches(matches: NonNullable<Trace['matches']>): string[] {
  const lines = matches.map(
    ({ dealId, name, client }) => `    ${dealId}  ${name}${client === null ? '' : ` (${client})`}`,
  );
  return ['  Several deals match. Choose one by its number:', ...lines];
}

function renderPerson({ person, email, deal_id }: Trace['persons'][number]): string {
  const name = email !== null && email !== person ? `${person} (${email})` : person;
  return `  person ${name}${deal_id === null ? '' : `, attributes from deal ${deal_id}`}`;
}

function renderWatch({ start, state, fires_at }: Trace['watches'][number]): string {
  return `  inactivity clock since ${start}: ${state}, ${state === 'running' ? 'fires' : 'was due'} ${utc(fires_at)}`;
}

function renderEvent(
  { event, names, reports, actions, attempts }: TracedEvent,
  pipelines: Pipeline[],
): string[] {
  const number = names?.deal ? colors.dim(` (deal ${event.deal_id})`) : '';
  return [
    '',
    `${colors.dim(utc(event.created_at))}  ${colors.bold(describeEvent(event.payload, event.kind, pipelines, names))}${number}`,
    ...renderReports(event, reports),
    renderDecision(event),
    ...event.warnings.map((warning) => colors.yellow(`    note   ${warning}`)),
    ...actions.flatMap((action) => renderAction(action, attempts)),
  ];
}

/** `email  "Welcome" to ann@acme.com: sent 2026-07-31 14:00:05 UTC, delivered, opened twice (once by a machine)` */
function renderEmail({ subject, recipient, sender, steps, isCertain }: EventEmail): string {
  const [first, ...later] = steps;
  const about = `${subject === null ? 'an email' : `"${subject}"`}${recipient === null ? '' : ` to ${recipient}`}${sender === null ? '' : ` (${describeSender(sender)})`}`;
  const what = [`${first!.text} ${utc(first!.at * 1000)}`, ...later.map(({ text }) => text)].join(', ');
  return `    email  ${about}: ${what}${isCertain ? '' : colors.dim(' (probably: by the time)')}`;
}

function renderReports({ kind }: TracedEvent['event'], reports: TracedEvent['reports']): string[] {
  if (reports.length === 0 && kind === 'deal_moved')
    return [colors.dim("    not reported by a webhook; found in Kommo's events log")];
  return reports.map(({ source, id, received_at }) =>
    colors.dim(`    reported by ${source} webhook ${id}, ${utc(received_at)}`),
  );
}

function renderDecision({ state, rule, reason, rules_version }: TracedEvent['event']): string {
  const version = rules_version === null ? '' : colors.dim(` (version ${rules_version} of the rules)`);
  if (state === 'planned') return `    rule   ${rule}${version}`;
  return `    ${DECISIONS[state]} ${reason ?? ''}${version}`;
}

const DECISIONS: Record<'new' | 'ignored' | 'parked' | 'waiting' | 'held', string> = {
  new: 'not planned yet.',
  ignored: 'nothing to do:',
  parked: 'waiting:',
  waiting: 'waiting:',
  held: 'held:',
};

function renderAction(action: TracedEvent['actions'][number], attempts: TracedEvent['attempts']): string[] {
  const last = attempts.filter((attempt) => attempt.action_ids.includes(action.id)).at(-1);
  const tries = action.attempts > 1 ? `, ${action.attempts} tries` : '';
  const duration = last ? colors.dim(` (${last.duration_ms} ms${tries})`) : '';
  const isFailed = action.error !== null && action.state !== 'done';
  return [
    `    ${stateLabel(action.state)} ${describeAction(action.payload, action.kind)}${duration}`,
    ...(isFailed ? [colors.red(`           ${action.error}`)] : []),
    ...action.warnings.map((warning) => colors.yellow(`           ${warning}`)),
  ];
}

/** All labels have the same width. */
function stateLabel(state: TracedEvent['actions'][number]['state']): string {
  if (state === 'done') return colors.green('done  ');
  if (state === 'dead') return colors.red('failed');
  if (state === 'dropped') return colors.dim('no    ');
  return colors.yellow('open  ');
}
