import type { Selectable } from 'kysely';
import { type Action, parseAction } from '../../domain/actions.ts';
import type { ActionRow } from '../database/schema.ts';

/** An action with its payload read: null after the retention time, or where this version does not know it. */
export type TracedAction = Omit<Selectable<ActionRow>, 'payload'> & { payload: Action | null };

/** Reads the payload of a stored action. */
export function withAction(row: Selectable<ActionRow>): TracedAction {
  return { ...row, payload: parseAction(row.payload) };
}
