import { asObject } from '../../lib/unknown-json.ts';
import type { CallContext } from './call.ts';

export interface BatchErrors {
  /** Kommo's complaints about each item at fault, by the item's index. */
  items: Map<number, string>;
  /** The outcome of the items that are not named. */
  otherItems: 'not_done' | 'unknown';
}

/** One complaint of Kommo about one item of a batch. */
interface Complaint {
  requestId: string;
  path: string;
  message: string;
}

/**
 * Whether the error comes from Kommo's API itself: its errors are problems with a status and a title or detail (Kommo
 * docs, "Error codes"). JSON of a gateway says nothing about an item.
 */
export function isOwnProblem(json: unknown): boolean {
  const { status, title, detail, 'validation-errors': itemErrors } = asObject(json);
  if (Array.isArray(itemErrors)) return true;
  return typeof status === 'number' && (typeof title === 'string' || typeof detail === 'string');
}

/** Whether a 2xx comes from Kommo's API: each of its answers has `_links`, `_embedded` or, for a single entity, an `id`. */
export function isOwnAnswer(json: unknown): boolean {
  const body = asObject(json);
  return ['_embedded', '_links', 'id'].some((name) => Object.hasOwn(body, name));
}

/** A 404 about the address and not about a deal: "Cannot GET https://acme.kommo.com/example" (Kommo docs). */
export function isAboutAddress(json: unknown): boolean {
  return /^Cannot [A-Z]+ /.test(String(asObject(json).detail ?? ''));
}

/** Kommo's explanation: the hint, the detail, and the complaints about fields. Empty where it gives none. */
export function problemMessage(json: unknown): string {
  const body = asObject(json);
  const details = [
    ...complaints(body).map(({ message }) => message),
    ...complaintsById(body).map(([, message]) => message),
  ];
  return [body.hint, body.detail ?? body.title, ...new Set(details)]
    .filter((text): text is string => typeof text === 'string' && text !== '')
    .join(' ');
}

/**
 * Which of the caller's items are at fault. With `validation-errors` nothing of the batch was written. With a map of
 * ids the other items may have been written: a public client relies on that, Kommo's docs do not mention it.
 */
export function itemErrors(
  json: unknown,
  about: Pick<CallContext, 'effect' | 'dealIds' | 'owners'>,
): BatchErrors {
  const body = asObject(json);
  const items = new Map<number, string>();
  const add = (index: number, message: string) => {
    const before = items.get(index);
    items.set(index, before === undefined ? message : `${before} ${message}`);
  };
  for (const { requestId, path, message } of complaints(body)) {
    if (!/^\d{1,4}$/.test(requestId)) continue;
    const index = Number(requestId);
    for (const owner of about.owners?.(index, path) ?? [index]) add(owner, message);
  }
  const byId = complaintsById(body);
  for (const [id, message] of byId) {
    for (const [index, dealId] of (about.dealIds ?? []).entries())
      if (String(dealId) === id) add(index, message);
  }
  return { items, otherItems: byId.length > 0 && about.effect !== 'read' ? 'unknown' : 'not_done' };
}

/** `{"validation-errors":[{"request_id":"0","errors":[{"code","path","detail"}]}]}`. Source: Kommo docs, "Error codes". */
function complaints(body: Record<string, unknown>): Complaint[] {
  const list = body['validation-errors'];
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => {
    const { request_id, errors } = asObject(entry);
    const requestId = String(request_id);
    const details = Array.isArray(errors) ? errors.map(asObject) : [];
    if (details.length === 0) return [{ requestId, path: '', message: 'The item is not valid.' }];
    return details.map(({ code, path, detail }) => ({
      requestId,
      path: String(path ?? ''),
      message: `${detail ?? code ?? 'The value is not valid.'}${path ? ` (${path})` : ''}`,
    }));
  });
}

/** `{"errors":{"<id>":"Lead not found"}}`. Seen in public client code. */
function complaintsById(body: Record<string, unknown>): [string, string][] {
  if (Array.isArray(body.errors)) return [];
  return Object.entries(asObject(body.errors)).map(([id, message]) => [
    id,
    typeof message === 'string' ? message : JSON.stringify(message),
  ]);
}
