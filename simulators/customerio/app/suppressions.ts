import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import { type Suppression, type SuppressionType, suppressionTypes } from '../model/suppressions.ts';
import type { Workspace } from '../model/workspace.ts';

const noContent: Reply = { ...appJson(204, null), body: '' };
const notFound = appError(404, 'not found');

const shown = ({ type: _type, ...suppression }: Suppression) => suppression;

const isType = (text: string | undefined): text is SuppressionType =>
  (suppressionTypes as readonly string[]).includes(text ?? '');

/**
 * `/v1/esp/search_suppression/{email}` and `/v1/esp/suppression/{type}/{email}`: the lists of Customer.io's mail
 * provider. An address on one of them is never tried again.
 */
export function espSuppressions(ws: Workspace, call: Call): Reply {
  const [, , resource, first, email, type] = call.path;
  if (resource === 'domains' && email === 'suppression' && isType(type) && call.method === 'GET')
    return list(
      ws,
      type,
      new URLSearchParams({ domain: first ?? '', offset: call.query.get('start') ?? '0' }),
    );
  if (resource === 'search_suppression' && call.method === 'GET' && first) return search(ws, first);
  if (resource !== 'suppression' || !isType(first)) return notFound;
  if (email === undefined) return call.method === 'GET' ? list(ws, first, call.query) : notFound;
  if (call.method === 'POST') {
    ws.suppressions.add(first, email, 'Added by API');
    return noContent;
  }
  if (call.method !== 'DELETE') return notFound;
  const removed = ws.suppressions.remove(email, first);
  return removed || ws.rules.switches.unknownSuppression === 204 ? noContent : notFound;
}

/** Of an address that is on no list there is no category, and no list. */
function search(ws: Workspace, email: string): Reply {
  const found = ws.suppressions.of(email);
  const category = found.some(({ type }) => type === 'spam_reports') ? 'spam' : 'bounces';
  if (found.length === 0) return appJson(200, { category: '', suppressions: null });
  return appJson(200, { category, suppressions: found.map(shown) });
}

function list(ws: Workspace, type: SuppressionType, query: URLSearchParams): Reply {
  const limit = Math.min(Number(query.get('limit') ?? 1000) || 1000, 1000);
  const offset = Number(query.get('offset') ?? 0) || 0;
  const domain = query.get('domain');
  const found = ws.suppressions.list(type).filter(({ email }) => !domain || email.endsWith(`@${domain}`));
  const suppressions = found.slice(offset, offset + limit).map(shown);
  const category = type === 'spam_reports' ? 'spam' : type;
  return appJson(200, { category, suppressions: suppressions.length > 0 ? suppressions : null });
}
