import type { z } from 'zod';
import { identify } from './actions/identify.ts';
import type { CustomerioKind, KommoKind } from './actions/kind.ts';
import { note } from './actions/note.ts';
import { setField } from './actions/set-field.ts';
import { tags } from './actions/tags.ts';
import { task } from './actions/task.ts';
import { track } from './actions/track.ts';
import { type Destination, KOMMO_EFFECTS, type KommoWrite } from './actions/writes.ts';

/** Every kind of action there is. A new one is a file in `actions/` and its line here; the rest follows. */
const KINDS = [identify, track, note, task, setField, tags] as const;

type Declared = (typeof KINDS)[number];

/** One thing to do at a destination, as the outbox stores it. */
export type Action = z.output<Declared['payload']>;
export type ActionKind = Action['kind'];
export type ActionOf<Kind extends ActionKind> = Extract<Action, { kind: Kind }>;
export type KommoAction = z.output<Extract<Declared, { destination: 'kommo' }>['payload']>;
export type CustomerioAction = z.output<Extract<Declared, { destination: 'customerio' }>['payload']>;
export type ActionMetric = Declared['metric'];
export type { CustomerioWrite, Destination, KommoWrite } from './actions/writes.ts';

/** A declaration is only ever given actions of its own kind: `kindOf` finds it by their name. */
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

export function kindNamed(kind: ActionKind): AnyKind {
  return BY_NAME.get(kind)!;
}

/** The kinds that one call delivers. */
export function kindsOfCall(call: AnyKind['call']): ActionKind[] {
  return DECLARATIONS.filter((kind) => kind.call === call).map(({ kind }) => kind);
}

/** Whether delivering one twice would be seen: a second note or task. After an unclear outcome Kommo is asked first. */
export function isCreating(kind: ActionKind): boolean {
  const { call } = kindNamed(kind);
  return call in KOMMO_EFFECTS && KOMMO_EFFECTS[call as KommoWrite['call']] === 'create';
}

/** Where an action goes. */
export function destinationOf(action: Action): Destination {
  return kindNamed(action.kind).destination;
}

/** Whose order it keeps: the person at Customer.io, the deal at Kommo. */
export function orderingKey(action: Action): string {
  return kindNamed(action.kind).orderingKey(action);
}

/**
 * Reads a stored payload. Null where there is none any more (after the retention time), and where this version of
 * Stagepost does not know it: another one has stored it.
 */
export function parseAction(payload: unknown): Action | null {
  const { kind } = payload as { kind?: unknown };
  const parsed = typeof kind === 'string' ? BY_NAME.get(kind)?.payload.safeParse(payload) : undefined;
  return parsed?.success ? parsed.data : null;
}

/** An action in a line. @param kind is all that is left after the retention time. */
export function describeAction(action: Action | null, kind: string): string {
  return action === null ? kind : kindNamed(action.kind).describe(action);
}
