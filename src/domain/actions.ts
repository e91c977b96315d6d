import type { z } from 'zod';
import { en, type Sentences } from '../languages/en.ts';
import { changeEmail } from './actions/change-email.ts';
import { closeTask } from './actions/close-task.ts';
import { identify } from './actions/identify.ts';
import type { CustomerioKind, KommoKind } from './actions/kind.ts';
import { liftSuppression } from './actions/lift-suppression.ts';
import { merge } from './actions/merge.ts';
import { note } from './actions/note.ts';
import { removePerson } from './actions/remove-person.ts';
import { setField } from './actions/set-field.ts';
import { tags } from './actions/tags.ts';
import { task } from './actions/task.ts';
import { track } from './actions/track.ts';
import { type Destination, KOMMO_EFFECTS, type KommoWrite } from './actions/writes.ts';

/** Every kind of action. A new kind is a file in `actions/` and a line here; types, lanes and metrics follow from them. */
const KINDS = [
  ...[changeEmail, identify, track, merge, removePerson, liftSuppression],
  ...[note, task, closeTask, setField, tags],
] as const;

type Declared = (typeof KINDS)[number];

/** One thing to do at a destination, as the outbox stores it. */
export type Action = z.output<Declared['payload']>;
export type ActionKind = Action['kind'];
export type ActionOf<Kind extends ActionKind> = Extract<Action, { kind: Kind }>;
export type KommoAction = z.output<Extract<Declared, { destination: 'kommo' }>['payload']>;
export type CustomerioAction = z.output<Extract<Declared, { destination: 'customerio' }>['payload']>;
export type ActionMetric = Declared['metric'];
export type { CustomerioWrite, Destination, KommoWrite } from './actions/writes.ts';

/** Safe: `kindNamed` finds a declaration by the action's kind, so it only ever receives actions of that kind. */
type AnyKind = (KommoKind<Action, ActionMetric> | CustomerioKind<Action, ActionMetric>) & {
  kind: ActionKind;
};
const DECLARATIONS = KINDS as readonly unknown[] as readonly AnyKind[];
const BY_NAME: ReadonlyMap<string, AnyKind> = new Map(DECLARATIONS.map((kind) => [kind.kind, kind]));

export const ACTION_KINDS: readonly ActionKind[] = DECLARATIONS.map(({ kind }) => kind);
export const ACTION_METRICS: readonly ActionMetric[] = DECLARATIONS.map(({ metric }) => metric);

/** The kinds that set a status field. */
export const STATUS_FIELD_KINDS: readonly ActionKind[] = DECLARATIONS.filter((kind) => kind.statusField).map(
  ({ kind }) => kind,
);

/** The kinds that are due some time after the action that they wait for, in ms. */
export const DELAYS: Readonly<Record<string, number>> = Object.fromEntries(
  DECLARATIONS.flatMap(({ kind, delayMs }) => (delayMs === undefined ? [] : [[kind, delayMs]])),
);

export function kindNamed(kind: ActionKind): AnyKind {
  return BY_NAME.get(kind)!;
}

/** The kind of a stored action; undefined where only another version of Stagepost knows it. */
export function findKind(kind: string): AnyKind | undefined {
  return BY_NAME.get(kind);
}

/** What people call actions of a stored kind: "1 note", "2 notes". */
export function namesOfKind(kind: string, words: Sentences = en): { one: string; many: string } {
  const known = findKind(kind);
  return known ? words.problems.actionNames[known.kind] : { one: kind, many: kind };
}

/** The kinds that one call delivers. */
export function kindsOfCall(call: AnyKind['call']): ActionKind[] {
  return DECLARATIONS.filter((kind) => kind.call === call).map(({ kind }) => kind);
}

/** Whether a second delivery would be visible (another note or task). After an unclear outcome Kommo is read back first. */
export function isCreating(kind: string): boolean {
  const call = findKind(kind)?.call;
  return (
    call !== undefined && call in KOMMO_EFFECTS && KOMMO_EFFECTS[call as KommoWrite['call']] === 'create'
  );
}

/** Where an action goes. */
export function destinationOf(action: Action): Destination {
  return kindNamed(action.kind).destination;
}

/** The key within which actions keep their order: the person at Customer.io, the deal at Kommo. */
export function orderingKey(action: Action): string {
  return kindNamed(action.kind).orderingKey(action);
}

/**
 * Reads a stored payload. Null where it was removed after the retention time, and where another version of Stagepost
 * stored it in a form that this version does not know.
 */
export function parseAction(payload: unknown): Action | null {
  const { kind } = payload as { kind?: unknown };
  const parsed = typeof kind === 'string' ? BY_NAME.get(kind)?.payload.safeParse(payload) : undefined;
  return parsed?.success ? parsed.data : null;
}

/** An action in one line. @param kind stands in for an action whose contents were removed after the retention time. */
export function describeAction(action: Action | null, kind: string, words: Sentences = en): string {
  return action === null ? kind : kindNamed(action.kind).describe(action, words.actions);
}
