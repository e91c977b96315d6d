import type { ActionOf } from '../../../domain/actions.ts';
import { isCreating } from '../../../domain/actions.ts';
import type { UnixSeconds } from '../../../domain/entities.ts';
import type { Plan } from '../../../domain/plan/plan-types.ts';
import type { NewAction } from '../../../store/actions/actions.ts';
import type { StoredEvent } from '../../../store/events/events.ts';

/** An event for Customer.io, as the simulation of a plan would send it. */
export type JudgedTrack = Pick<ActionOf<'track'>, 'person' | 'name'>;

/** What of a plan was sent or written before the restore. */
export interface DoneBefore {
  /** Events that Customer.io has. */
  sent: JudgedTrack[];
  /** Events that Customer.io does not have. */
  unsent: JudgedTrack[];
  /** Notes and tasks that stand in Kommo with other words, as they would be written now. */
  written: Set<string>;
}

/** By the id of the event that was planned. */
export type SentBefore = Map<number, DoneBefore>;

type Payload = NewAction['payload'];

/** What is left to do of plans for what happened before a restore. */
export interface AfterRestore {
  doubtfulUntil: UnixSeconds;
  sent: SentBefore;
}

/**
 * Leaves out events that were sent before the restore; what waited for one waits for what that one waited for. Notes and
 * tasks may have been written: they are searched for in Kommo first.
 */
export function afterRestore(
  row: StoredEvent,
  plan: Plan,
  actions: NewAction[],
  { doubtfulUntil, sent }: AfterRestore,
): { plan: Plan; actions: NewAction[] } {
  if (row.occurred_at > doubtfulUntil) return { plan, actions };
  const done = donePayloads(
    actions.map(({ payload }) => payload),
    sent.get(row.id),
  );
  const isDone = ({ payload }: NewAction) => done.has(payload);
  const unsure = actions.map((action) =>
    isCreating(action.payload.kind) ? { ...action, unsure_since: row.occurred_at * 1000 } : action,
  );
  const tracks = actions.filter(isDone).map(({ payload }) => payload);
  const warnings = tracks.flatMap((payload) => (payload.kind === 'track' ? [sentWarning(payload)] : []));
  return { plan: { ...plan, warnings: [...plan.warnings, ...warnings] }, actions: without(unsure, isDone) };
}

function donePayloads(payloads: Payload[], done: DoneBefore | undefined): Set<Payload> {
  if (done === undefined) return new Set();
  const written = payloads.filter(
    (payload) => (payload.kind === 'note' || payload.kind === 'task') && done.written.has(payload.text),
  );
  const tracks = payloads.filter((payload): payload is ActionOf<'track'> => payload.kind === 'track');
  return new Set([...written, ...sentTracks(tracks, done)]);
}

/**
 * The events of a plan that were sent. The simulation may have called a client by another profile than the plan: only the whole
 * batch shows that contacts were merged, and an address may have changed between both readings. A sent event of a profile that the
 * plan does not have therefore accounts for one of the same name that was not judged. Pure.
 */
export function sentTracks<Track extends JudgedTrack>(
  planned: Track[],
  { sent, unsent }: Pick<DoneBefore, 'sent' | 'unsent'>,
): Track[] {
  const isIn = (tracks: JudgedTrack[], { name, person }: JudgedTrack) =>
    tracks.some((track) => track.name === name && track.person === person);
  const found = planned.filter((track) => isIn(sent, track));
  const unjudged = planned.filter((track) => !isIn(sent, track) && !isIn(unsent, track));
  const renamed = sent
    .filter((track) => !isIn(planned, track))
    .flatMap(({ name }) => {
      const index = unjudged.findIndex((track) => track.name === name);
      return index < 0 ? [] : unjudged.splice(index, 1);
    });
  return [...found, ...renamed];
}

function sentWarning({ name, person }: ActionOf<'track'>): string {
  return `${person} has had the event ${name} already: it was sent before the database was restored, and is not sent again.`;
}

/** The list without some actions, with `after` as indexes in what is left. */
function without(actions: NewAction[], isLeftOut: (action: NewAction) => boolean): NewAction[] {
  const indexes = new Map<number, number>();
  const kept = actions.filter((action, index) => {
    const keeps = !isLeftOut(action);
    if (keeps) indexes.set(index, indexes.size);
    return keeps;
  });
  const place = (after: number | null): number | null => {
    if (after === null) return null;
    return indexes.get(after) ?? place(actions[after]!.after);
  };
  return kept.map((action) => ({ ...action, after: place(action.after) }));
}
