import type { Json, UnixSeconds } from '../entities.ts';

export type Destination = 'customerio' | 'kommo';

/** The calls of Kommo's API that actions are delivered by, and what each takes for one deal. Many go in one call. */
export interface KommoItems {
  addNotes: { dealId: number; text: string };
  addTasks: {
    dealId: number;
    text: string;
    dueAt: UnixSeconds;
    /** Null leaves it to the token's user. */
    responsibleUserId: number | null;
  };
  updateDeals: DealUpdate;
}

export interface DealUpdate {
  dealId: number;
  /** Deal fields by name or id, as the configuration gives them, and the text that each is set to. */
  fields?: Record<string, string>;
  /** Names of tags to add and to remove; the deal's other tags stay. */
  tags?: { add: string[]; remove: string[] };
}

/**
 * What a second call with the same items does. `set`: nothing, so the call is simply repeated. `create`: a second note or
 * task, so after a call without an answer Stagepost first reads back what Kommo has written.
 */
export const KOMMO_EFFECTS = {
  addNotes: 'create',
  addTasks: 'create',
  updateDeals: 'set',
} as const satisfies Record<keyof KommoItems, 'create' | 'set'>;

/** The calls of Customer.io's Track API, and what each takes. All may be repeated. `person` is the identifier. */
export interface CustomerioItems {
  identify: {
    person: string;
    attributes: Record<string, Json>;
    /** Orders attribute updates that are processed out of order (`_timestamp`). */
    timestamp: UnixSeconds;
  };
  track: { person: string; name: string; data: Record<string, Json>; timestamp: UnixSeconds };
}

type WriteOf<Items> = { [Call in keyof Items]: { call: Call; item: Items[Call] } }[keyof Items];

/** One item of a call to Kommo. */
export type KommoWrite = WriteOf<KommoItems>;
/** One item of a call to Customer.io. */
export type CustomerioWrite = WriteOf<CustomerioItems>;
