import { kindNamed } from '../../../domain/actions.ts';
import type { FailureCode } from '../../../domain/errors.ts';
import { type CallOptions, type PreparedWrite, prepareWrite, sendWrites } from '../../../kommo/index.ts';
import type { Connection } from '../../connection.ts';
import type { OutboxRow } from '../outbox.ts';

/** Kommo's ids by the action's index in the batch. An action that is missing has no known outcome. */
export type Written = Map<number, number>;

/** An action that can be written, or why it cannot. */
export type PreparedAction =
  | { ok: true; action: OutboxRow; write: PreparedWrite; warnings: string[] }
  | { ok: false; action: OutboxRow; error: string; code: FailureCode };

/** The call that delivers an action. Actions with the same call can share a request. */
export function callOf({ payload }: Pick<OutboxRow, 'payload'>): PreparedWrite['call'] {
  const kind = kindNamed(payload.kind);
  if (kind.destination !== 'kommo') throw new Error(`An action ${payload.kind} is not for Kommo.`);
  return kind.call;
}

/**
 * Looks up the fields that the actions name. A field that the catalog does not have may have been created since (by
 * `stagepost doctor --fix`), so the catalog is read once more before giving up.
 */
export async function prepareActions(
  connection: Connection,
  actions: OutboxRow[],
): Promise<PreparedAction[]> {
  const prepared = actions.map((action) => preparation(action, connection, connection.catalog));
  if (!prepared.some((one) => !one.ok && one.code === 'field_missing')) return prepared;
  const catalog = await connection.refreshCatalog();
  return actions.map((action) => preparation(action, connection, catalog));
}

function preparation(action: OutboxRow, { taskUser = null }: Connection, catalog: Connection['catalog']) {
  const kind = kindNamed(action.payload.kind);
  if (kind.destination !== 'kommo') throw new Error(`An action ${kind.kind} is not for Kommo.`);
  return { action, ...prepareWrite(kind.write(action.payload), { ...catalog, taskUser }) };
}

/** Sends a batch of prepared actions in one call. */
export function sendPrepared(
  { kommo }: Connection,
  prepared: Extract<PreparedAction, { ok: true }>[],
  options?: CallOptions,
): Promise<Written> {
  return sendWrites(
    kommo,
    prepared.map(({ write }) => write),
    options,
  );
}
