import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import type { Collection } from '../model/collections.ts';
import { isObject } from '../model/limits.ts';
import type { Workspace } from '../model/workspace.ts';
import { parseBody } from '../track/calls.ts';
import type { JsonObject } from '../types.ts';
import { notSimulated, unknownCall } from './not-simulated.ts';

// Customer.io docs: "no more than 10 MB in size, no row more than 10 KB".
const MAX_BYTES = 10_000_000;
const MAX_ROW_BYTES = 10_000;

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const shown = ({ id, name, rows, createdAt, updatedAt }: Collection) => ({
  id,
  name,
  bytes: bytesOf(rows),
  rows: rows.length,
  schema: [...new Set(rows.flatMap((row) => Object.keys(row)))].sort(),
  created_at: createdAt,
  updated_at: updatedAt,
});

/** `/v1/collections…` (Customer.io docs, "Collections"). That a message uses one is not simulated, so any can be deleted. */
export function collections(ws: Workspace, call: Call): Reply {
  const [, , id, part] = call.path;
  if (id === undefined) {
    if (call.method === 'POST') return create(ws, call.body);
    const all = ws.collections.all().map(shown);
    return call.method === 'GET'
      ? appJson(200, { collections: all.length > 0 ? all : null })
      : unknownCall(call);
  }
  const collection = ws.collections.get(id);
  if (!collection) return appError(404, 'not found');
  if (part === 'content') return content(ws, collection, call);
  if (part !== undefined) return unknownCall(call);
  if (call.method === 'GET') return appJson(200, { collection: shown(collection) });
  if (call.method === 'PUT') return update(ws, collection, call.body);
  if (call.method !== 'DELETE') return unknownCall(call);
  ws.collections.remove(collection);
  return { ...appJson(204, null), body: '' };
}

/** The rows of a body, or null where they are no list of objects or too large. */
function readRows(rows: unknown): JsonObject[] | null {
  if (!Array.isArray(rows) || !rows.every(isObject)) return null;
  const fits = bytesOf(rows) <= MAX_BYTES && rows.every((row) => bytesOf(row) <= MAX_ROW_BYTES);
  return fits ? rows : null;
}

const malformed = appError(400, 'bad request');

function create(ws: Workspace, text: string): Reply {
  const parsed = parseBody(text);
  if ('problem' in parsed) return malformed;
  const { name, data, url } = parsed.value;
  if (url !== undefined) return notSimulated('A collection from a file');
  const rows = readRows(data);
  if (typeof name !== 'string' || name === '' || !rows) return malformed;
  return appJson(200, { collection: shown(ws.collections.add(name, rows)) });
}

function update(ws: Workspace, collection: Collection, text: string): Reply {
  const parsed = parseBody(text);
  if ('problem' in parsed) return malformed;
  const { name, data, url } = parsed.value;
  if (url !== undefined) return notSimulated('A collection from a file');
  const rows = data === undefined ? undefined : readRows(data);
  if ((name !== undefined && (typeof name !== 'string' || name === '')) || rows === null) return malformed;
  ws.collections.update(collection, { name, rows });
  return appJson(200, { collection: shown(collection) });
}

/** All rows at once: a list, as the official client reads and writes it. */
function content(ws: Workspace, collection: Collection, call: Call): Reply {
  if (call.method === 'GET') return appJson(200, collection.rows);
  if (call.method !== 'PUT') return unknownCall(call);
  const rows = readRows(parsedJson(call.body));
  if (!rows) return malformed;
  ws.collections.update(collection, { rows });
  return appJson(200, { collection: shown(collection) });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
