import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import { csvOf, type Export } from '../model/exports.ts';
import { attributesOf, type Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';
import { parseBody } from '../track/calls.ts';
import type { Json, JsonObject } from '../types.ts';
import { readFilter } from './filters.ts';
import { messagesOf } from './lists.ts';
import { notSimulated, unknownCall } from './not-simulated.ts';

const MONTH = 30 * 86_400;

function shown(ws: Workspace, { id, type, total, description, createdAt, downloads, doneAt }: Export) {
  return {
    id,
    user_id: 0,
    deduplicate_id: `${id}:${createdAt}`,
    total,
    type,
    failed: false,
    status: isDone(ws, doneAt) ? 'done' : 'pending',
    description,
    downloads,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

const isDone = (ws: Workspace, doneAt: number): boolean => ws.now() >= doneAt;

/**
 * `/v1/exports…`: an export is pending when it is asked for, and done `exportMs` later. The columns of the file are not
 * documented: it has the identifiers, the metrics of deliveries, and the attributes that were asked for.
 */
export function appExports(ws: Workspace, call: Call): Reply {
  const [, , id, part] = call.path;
  if (call.method === 'POST' && id === 'customers') return exportPeople(ws, call.body);
  if (call.method === 'POST' && id === 'deliveries') return exportDeliveries(ws, call.body);
  if (call.method !== 'GET') return unknownCall(call);
  if (id === undefined) {
    const all = ws.exports.all().map((one) => shown(ws, one));
    // As recorded in an official fixture of a workspace without any.
    return appJson(200, { exports: all.length > 0 ? all : null });
  }
  const exported = ws.exports.get(id);
  if (!exported) return appError(404, 'not found');
  if (part === undefined) return appJson(200, { export: shown(ws, exported) });
  if (part !== 'download') return unknownCall(call);
  if (!isDone(ws, exported.doneAt)) return appError(404, 'not found');
  return appJson(200, { url: `${ws.origin(call.headers.host)}/exports/${ws.exports.sign(exported)}.csv` });
}

/** The file behind a signed link, which needs no key. */
export function exportFile(ws: Workspace, { method, path }: Call): Reply {
  const token = /^([0-9a-f]+)\.csv$/.exec(path[1] ?? '')?.[1] ?? '';
  const exported = method === 'GET' ? ws.exports.download(token) : undefined;
  if (!exported) return appError(404, 'not found');
  return { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' }, body: exported.csv };
}

function add(
  ws: Workspace,
  type: Export['type'],
  description: string,
  columns: string[],
  rows: unknown[][],
): Reply {
  const doneAt = ws.now() + ws.rules.exportMs;
  const about = { type, description, createdAt: ws.seconds(), doneAt, total: rows.length };
  const exported = ws.exports.add({ ...about, csv: csvOf(columns, rows) });
  return appJson(200, { export: { ...shown(ws, exported), status: 'pending' } });
}

const namesIn = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

const valuesOf = (person: Person | undefined, names: string[]): unknown[] => {
  const attributes = person ? attributesOf(person) : {};
  return names.map((name) => {
    const value = attributes[name];
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  });
};

function exportPeople(ws: Workspace, text: string): Reply {
  const parsed = parseBody(text);
  const body = 'value' in parsed ? parsed.value : {};
  const filter = readFilter(body.filters);
  if (!filter) return appError(400, 'filters is not valid');
  const names = namesIn(body.attributes);
  const people = [...ws.people.all()].filter((person) => {
    const attributes = attributesOf(person);
    return filter({
      attribute: (name) => attributes[name],
      isInSegment: (id) => ws.segments.get(id)?.members.has(person.cioId) ?? false,
    });
  });
  const rows = people.map((person) => [person.id, person.email, person.cioId, ...valuesOf(person, names)]);
  return add(ws, 'customers', 'Customers', ['id', 'email', 'cio_id', ...names], rows);
}

/** The range of time of an export: the last 6 months unless it is given, and never more than 12 (Customer.io docs). */
function readRange(ws: Workspace, { start, end }: JsonObject): { from: number; to: number } {
  const to = typeof end === 'number' ? end : ws.seconds();
  const from = typeof start === 'number' ? start : to - 6 * MONTH;
  return { from: Math.max(from, to - 12 * MONTH), to };
}

function exportDeliveries(ws: Workspace, text: string): Reply {
  const parsed = parseBody(text);
  const body = 'value' in parsed ? parsed.value : {};
  if (body.newsletter_id !== undefined) return notSimulated('Newsletters');
  if (body.campaign_id === undefined && body.action_id === undefined)
    return appError(400, 'newsletter_id, campaign_id or action_id is required');
  const { from, to } = readRange(ws, body);
  const query = new URLSearchParams({ start_ts: String(from), end_ts: String(to) });
  for (const key of ['campaign_id', 'action_id', 'metric'])
    if (body[key] !== undefined) query.set(key, String(body[key]));
  const names = namesIn(body.attributes);
  const messages = messagesOf(ws, query, null);
  const metrics = [...new Set(messages.flatMap((one) => Object.keys(one.metrics)))];
  const rows = messages.map((one) => {
    const person = ws.people.find({ kind: 'cio_id', value: one.cioId });
    const times = metrics.map((metric) => one.metrics[metric]);
    return [one.deliveryId, one.recipient, one.subject, ...times, ...valuesOf(person, names)];
  });
  return add(
    ws,
    'deliveries',
    'Deliveries',
    ['delivery_id', 'recipient', 'subject', ...metrics, ...names],
    rows,
  );
}
