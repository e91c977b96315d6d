import { isUtf8 } from 'node:buffer';
import type { Selectable } from 'kysely';
import type { z } from 'zod';
import type { Json } from '../../../domain/entities.ts';
import type { InboxRow } from '../../../store/database/schema.ts';
import type { traceRequest } from '../contract.ts';

/** A body for people: more is cut off. */
const MAX_TEXT = 50_000;
const MAX_FIELDS = 1_000;
/** Names of what is never shown. */
const SECRET = /token|secret|passw|authori[sz]ation|api[-_]?key|signature|cookie/i;
const MASK = '(not shown)';

/** A stored body in readable form: JSON unchanged, a form as its fields, else the text. Never throws. */
export function readableBody(body: Uint8Array | null, headers: Record<string, string>): Json {
  if (body === null) return null;
  const bytes = Buffer.from(body);
  if (!isUtf8(bytes)) return `(${bytes.length} bytes that are not text)`;
  const text = bytes.toString();
  const type = headers['content-type'] ?? '';
  if (/json/i.test(type) || /^\s*[{[]/.test(text)) {
    try {
      return masked(JSON.parse(text) as Json);
    } catch {
      // The body is not JSON, although it is labelled or starts like JSON.
    }
  }
  if (/urlencoded/i.test(type) || /^[\w[\]%]+=/.test(text)) return formOf(text);
  return cut(text);
}

/** A stored request for the API. */
export function shownRequest(request: Selectable<InboxRow>): z.input<typeof traceRequest> {
  return {
    id: request.id,
    source: request.source,
    at: request.received_at,
    headers: maskedHeaders(request.headers),
    body: readableBody(request.body, request.headers),
    outcome: request.outcome,
    understoodAt: request.understood_at,
  };
}

/** Masks the values of headers whose names suggest a secret. */
export function maskedHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET.test(name) ? MASK : String(value)]),
  );
}

function formOf(text: string): Json {
  const fields = [...new URLSearchParams(text)].slice(0, MAX_FIELDS);
  return Object.fromEntries(fields.map(([name, value]) => [name, SECRET.test(name) ? MASK : cut(value)]));
}

function masked(value: Json, depth = 0): Json {
  if (typeof value === 'string') return cut(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 30) return '…';
  if (Array.isArray(value)) return value.slice(0, MAX_FIELDS).map((part) => masked(part, depth + 1));
  const entries = Object.entries(value).slice(0, MAX_FIELDS);
  return Object.fromEntries(
    entries.map(([name, part]) => [name, SECRET.test(name) ? MASK : masked(part, depth + 1)]),
  );
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
