import type { Selectable } from 'kysely';
import { type Action, parseAction } from '../../domain/actions.ts';
import type { ActionRow } from '../database/schema.ts';

/** An action with its payload read. */
export type TracedAction = Omit<Selectable<ActionRow>, 'payload'> & {
  /** Null after the retention time, or where this version does not know it. */
  payload: Action | null;
  /** The payload was removed after the retention time. */
  isRemoved: boolean;
};

/** Reads the payload of a stored action. */
export function withAction(row: Selectable<ActionRow>): TracedAction {
  const isRemoved = Object.keys(row.payload).length === 0;
  return { ...row, payload: parseAction(row.payload), isRemoved };
}
