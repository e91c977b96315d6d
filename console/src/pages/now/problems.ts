import type { ConnectionNow, Now, Side } from '../../api/types.ts';
import { plural, sideLabels, texts } from '../../texts.ts';

export interface Problem {
  /** `bad`: a person must act. `waits`: it continues automatically. */
  tone: 'bad' | 'waits';
  title: string;
  detail: string | null;
  /** When it is tried again, ms. */
  until: number | null;
  /** The page with the rows behind it. */
  to: 'failures' | 'connections' | null;
  connection: string;
}

const words = texts.now.problems;

/** What is not well, the worst first. Empty: all is well. */
export function problemsOf({ connections }: Now): Problem[] {
  const isAlone = connections.length === 1;
  return connections
    .flatMap((connection) => problemsOfOne(connection, isAlone ? '' : `${connection.name}: `))
    .sort((a, b) => Number(b.tone === 'bad') - Number(a.tone === 'bad'));
}

/** @param mark what tells one connection from another, before each title */
function problemsOfOne(connection: ConnectionNow, mark: string): Problem[] {
  const { name, state, reason, kommo, lanes } = connection;
  const problem = (tone: Problem['tone'], title: string, part: Partial<Problem> = {}): Problem => ({
    tone,
    title,
    detail: null,
    until: null,
    to: null,
    connection: name,
    ...part,
  });
  if (state === 'waiting')
    return [problem('bad', words.connectionWaits(name), { detail: reason, to: 'connections' })];
  const found: Problem[] = [];
  if (reason !== null) found.push(problem('bad', words.rulesDoNotRun(mark), { detail: reason }));
  const isHeld = (side: Side) => lanes[side].state === 'held';
  if (kommo.access === 'refused' && !isHeld('kommo'))
    found.push(problem('bad', words.kommoAccess(mark), { to: 'connections' }));
  if (connection.customerio.access === 'refused' && !isHeld('customerio'))
    found.push(problem('bad', words.customerioAccess(mark), { to: 'connections' }));
  if (kommo.hook.state === 'disabled')
    found.push(problem('bad', words.hookDisabled(mark), { detail: kommo.hook.words, to: 'connections' }));
  if (kommo.hook.state === 'missing')
    found.push(problem('bad', words.hookMissing(mark), { to: 'connections' }));
  if (lanes.planning.state === 'held' || lanes.planning.state === 'waiting')
    found.push(
      problem(lanes.planning.state === 'held' ? 'bad' : 'waits', words.planningWaits(mark), {
        detail: lanes.planning.reason,
        until: lanes.planning.until,
      }),
    );
  for (const side of ['kommo', 'customerio'] as const) {
    const lane = lanes[side];
    if (lane.state === 'held')
      found.push(
        problem('bad', words.held(mark, sideLabels[side]), {
          detail: lane.reason,
          until: lane.until,
          to: 'connections',
        }),
      );
    if (lane.state === 'waiting')
      found.push(
        problem('waits', words.waits(mark, sideLabels[side]), { detail: lane.reason, until: lane.until }),
      );
  }
  const dead = lanes.kommo.dead + lanes.customerio.dead;
  const isMore = lanes.kommo.deadMore || lanes.customerio.deadMore;
  if (dead > 0)
    found.push(
      problem('bad', words.dead(mark, `${plural(dead, 'action')}${isMore ? ' or more' : ''}`), {
        to: 'failures',
      }),
    );
  return found;
}
