import type { Json, UnixSeconds } from './entities.ts';

/** Tell Customer.io who the person is. `person` is the identifier in the path. */
export interface Identify {
  kind: 'identify';
  person: string;
  attributes: Record<string, Json>;
  /** Orders attribute updates that are processed out of order (`_timestamp`). */
  timestamp: UnixSeconds;
}

/** Send the event that starts a campaign. */
export interface Track {
  kind: 'track';
  person: string;
  name: string;
  data: Record<string, Json>;
  timestamp: UnixSeconds;
}

export interface AddNote {
  kind: 'note';
  dealId: number;
  text: string;
}

export interface AddTask {
  kind: 'task';
  dealId: number;
  text: string;
  /** When it is due. */
  dueAt: UnixSeconds;
  /** Null leaves it to the token's user. */
  responsibleUserId: number | null;
}

export interface SetField {
  kind: 'set_field';
  dealId: number;
  /** The field by name or id, as the configuration gives it. */
  field: string;
  value: string;
}

export type CustomerioAction = Identify | Track;
export type KommoAction = AddNote | AddTask | SetField;
export type Action = CustomerioAction | KommoAction;

export type Destination = 'customerio' | 'kommo';

/** Where an action goes. */
export function destinationOf(action: Action): Destination {
  return action.kind === 'identify' || action.kind === 'track' ? 'customerio' : 'kommo';
}

/** Whose order it keeps: the person at Customer.io, the deal at Kommo. */
export function orderingKey(action: Action): string {
  return action.kind === 'identify' || action.kind === 'track' ? action.person : `deal:${action.dealId}`;
}
