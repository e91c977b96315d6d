import type { Json, UnixSeconds } from '../entities.ts';

export type Destination = 'customerio' | 'kommo';

/** The calls of Kommo's API that deliver actions, with the shape of one item. One call carries many items. */
export interface KommoItems {
  addNotes: { dealId: number; text: string };
  addTasks: {
    dealId: number;
    text: string;
    dueAt: UnixSeconds;
    /** Null: Kommo assigns the task to the token's user. */
    responsibleUserId: number | null;
  };
  /** `taskId`: null where Kommo's id of the task is not known. */
  closeTasks: { dealId: number; taskId: number | null; text: string };
  updateDeals: DealUpdate;
}

export interface DealUpdate {
  dealId: number;
  /** The new text of each deal field, by the field's name or id as written in the configuration. */
  fields?: Record<string, string>;
  /** Names of tags to add and to remove; the deal's other tags stay. */
  tags?: { add: string[]; remove: string[] };
}

/**
 * The effect of a second call with the same items. `set`: none, so the call is simply repeated. `create`: a second note
 * or task, so after a call without an answer Stagepost first reads back what Kommo has written.
 */
export const KOMMO_EFFECTS = {
  addNotes: 'create',
  addTasks: 'create',
  closeTasks: 'set',
  updateDeals: 'set',
} as const satisfies Record<keyof KommoItems, 'create' | 'set'>;

/** The calls of Customer.io's APIs, with the shape of one item. All may be repeated. `person` is the identifier. */
export interface CustomerioItems {
  identify: {
    person: string;
    attributes: Record<string, Json>;
    /** Orders attribute updates that are processed out of order (`_timestamp`). */
    timestamp: UnixSeconds;
  };
  track: { person: string; name: string; data: Record<string, Json>; timestamp: UnixSeconds };
  /** `from` goes into `person`. */
  merge: { person: string; from: string };
  /** `to`: the new email; empty for none. Without a `cioId` it cannot be sent. */
  changeEmail: { person: string; cioId: string | null; to: string; timestamp: UnixSeconds };
  removePerson: { person: string; how: 'unsubscribe' | 'delete'; timestamp: UnixSeconds };
  /** By the App API. */
  liftSuppression: { person: string; email: string };
}

type WriteOf<Items> = { [Call in keyof Items]: { call: Call; item: Items[Call] } }[keyof Items];

/** One item of a call to Kommo. */
export type KommoWrite = WriteOf<KommoItems>;
/** One item of a call to Customer.io. */
export type CustomerioWrite = WriteOf<CustomerioItems>;
