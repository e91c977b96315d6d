import type { CallAbout } from './errors.ts';

export interface BatchErrors {
  /** The words about each item at fault. */
  items: Map<number, string>;
  /** What became of the others. */
  rest: 'not_done' | 'unknown';
}

/** One complaint of Kommo about one item of a batch. */
interface Complaint {
  requestId: string;
  path: string;
  words: string;
}

/**
 * Whether Kommo's API itself speaks: its errors are problems with a status and a title or detail (Kommo docs, "Error
 * codes"). What a gateway writes, be it JSON, says nothing about an item.
 */
export function isOwnProblem(json: unknown): boolean {
  const { status, title, detail, 'validation-errors': named } = record(json);
  if (Array.isArray(named)) return true;
  return typeof status === 'number' && (typeof title === 'string' || typeof detail === 'string');
}

/** Whether a 2xx is the API's own: every answer of Kommo has `_links`, `_embedded` or, for one thing, its `id`. */
export function isOwnAnswer(json: unknown): boolean {
  const body = record(json);
  return ['_embedded', '_links', 'id'].some((name) => Object.hasOwn(body, name));
}

/** A 404 about the address and not about a deal: "Cannot GET https://acme.kommo.com/example" (Kommo docs). */
export function isAboutAddress(json: unknown): boolean {
  return /^Cannot [A-Z]+ /.test(String(record(json).detail ?? ''));
}

/** Kommo's own words: the hint, the detail, and what it says about fields. Empty where it says nothing. */
export function problemMessage(json: unknown): string {
  const body = record(json);
  const details = [
    ...complaints(body).map(({ words }) => words),
    ...complaintsById(body).map(([, words]) => words),
  ];
  return [body.hint, body.detail ?? body.title, ...new Set(details)]
    .filter((text): text is string => typeof text === 'string' && text !== '')
    .join(' ');
}

/**
 * Which of the caller's items are at fault. With `validation-errors` nothing of the batch was written. With the map of
 * ids the others may have been: a public client counts on it, Kommo's docs say nothing.
 */
export function itemErrors(
  json: unknown,
  about: Pick<CallAbout, 'effect' | 'dealIds' | 'owners'>,
): BatchErrors {
  const body = record(json);
  const items = new Map<number, string>();
  const add = (index: number, words: string) => {
    const before = items.get(index);
    items.set(index, before === undefined ? words : `${before} ${words}`);
  };
  for (const { requestId, path, words } of complaints(body)) {
    if (!/^\d{1,4}$/.test(requestId)) continue;
    const index = Number(requestId);
    for (const owner of about.owners?.(index, path) ?? [index]) add(owner, words);
  }
  const byId = complaintsById(body);
  for (const [id, words] of byId) {
    for (const [index, dealId] of (about.dealIds ?? []).entries())
      if (String(dealId) === id) add(index, words);
  }
  return { items, rest: byId.length > 0 && about.effect !== 'read' ? 'unknown' : 'not_done' };
}

/** `{"validation-errors":[{"request_id":"0","errors":[{"code","path","detail"}]}]}`. Source: Kommo docs, "Error codes". */
function complaints(body: Record<string, unknown>): Complaint[] {
  const list = body['validation-errors'];
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => {
    const { request_id, errors } = record(entry);
    const requestId = String(request_id);
    const details = Array.isArray(errors) ? errors.map(record) : [];
    if (details.length === 0) return [{ requestId, path: '', words: 'The item is not valid.' }];
    return details.map(({ code, path, detail }) => ({
      requestId,
      path: String(path ?? ''),
      words: `${detail ?? code ?? 'The value is not valid.'}${path ? ` (${path})` : ''}`,
    }));
  });
}

/** `{"errors":{"<id>":"Lead not found"}}`. Seen in public client code. */
function complaintsById(body: Record<string, unknown>): [string, string][] {
  if (Array.isArray(body.errors)) return [];
  return Object.entries(record(body.errors)).map(([id, words]) => [
    id,
    typeof words === 'string' ? words : JSON.stringify(words),
  ]);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
