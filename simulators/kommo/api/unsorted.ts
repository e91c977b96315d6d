import { findPipeline, findStage, mainPipeline } from '../account.ts';
import { type Check, createCheck, type Item, isObject, read, readUser } from '../checks.ts';
import { readCustomFields } from '../field-values.ts';
import { hal, invalid, nothing, problem, type Reply } from '../hal.ts';
import { acceptIncoming, addIncoming, declineIncoming } from '../incoming.ts';
import type { IncomingLead } from '../model.ts';
import { within } from '../query.ts';
import type { EntityKind } from '../types.ts';
import { type Planned, runBatch } from './batch.ts';
import { type Call, json, type Routes } from './call.ts';
import { link, page } from './page.ts';
import { linkUnsorted } from './unsorted-link.ts';
import { hrefOf } from './views.ts';

const entities = (call: Call, incoming: IncomingLead) => ({
  contacts: incoming.contact_ids.map((id) => ({ id, ...link(hrefOf(call, 'contacts', id)) })),
  leads: [{ id: incoming.lead_id, ...link(hrefOf(call, 'leads', incoming.lead_id)) }],
  companies: [],
});

const hrefOfUid = (call: Call, uid: string) => `${call.base}/api/v4/leads/unsorted/${uid}`;

function view(call: Call, incoming: IncomingLead) {
  const { lead_id: _lead, contact_ids: _contacts, ...own } = incoming;
  return {
    ...own,
    account_id: call.account.settings.account.id,
    ...link(hrefOfUid(call, own.uid)),
    _embedded: entities(call, incoming),
  };
}

function list(call: Call): Reply {
  const { query } = call;
  const uids = query.list('filter', 'uid');
  const categories = query.list('filter', 'category');
  const pipelines = query.ids('filter', 'pipeline_id');
  const all = [...call.account.incoming.values()].filter(
    (one) =>
      (!uids || uids.includes(one.uid)) &&
      (!categories || categories.includes(one.category)) &&
      (!pipelines || pipelines.has(one.pipeline_id)),
  );
  if (query.one('order', 'created_at') === 'desc') all.reverse();
  return page(call, 'unsorted', all, (one) => view(call, one));
}

/** The one entity of a kind below `_embedded`; it is written like any other of its kind. */
function embedded(call: Call, check: Check, item: Item, kind: EntityKind) {
  const all = isObject(item._embedded) ? item._embedded[kind] : undefined;
  const given = Array.isArray(all) && isObject(all[0]) ? all[0] : undefined;
  if (!given) return undefined;
  return {
    name: read(check, given, 'name', 'string', `_embedded.${kind}.0.name`),
    first_name: read(check, given, 'first_name', 'string', `_embedded.${kind}.0.first_name`),
    last_name: read(check, given, 'last_name', 'string', `_embedded.${kind}.0.last_name`),
    price: kind === 'leads' ? read(check, given, 'price', 'int', '_embedded.leads.0.price') : undefined,
    custom: readCustomFields(call.account, check, given, kind) ?? [],
  };
}

/** What a form must have, and what a call must have (Kommo docs). */
const required = { forms: ['source_uid', 'source_name', 'metadata'], sip: ['source_uid', 'source_name'] };

function planIncoming(
  call: Call,
  category: 'forms' | 'sip',
  item: Item,
  check: Check,
): Planned<IncomingLead> {
  const { account } = call;
  const pipeline_id = read(check, item, 'pipeline_id', 'int');
  const pipeline = pipeline_id === undefined ? mainPipeline(account) : findPipeline(account, pipeline_id);
  if (!pipeline?.stages.some(({ type }) => type === 1)) check.bad('NotSupportedChoice', 'pipeline_id');
  for (const key of required[category]) if (item[key] === undefined) check.bad('FieldMissing', key);
  const { first_name: _f, last_name: _l, ...lead } = embedded(call, check, item, 'leads') ?? {};
  const { price: _price, ...contact } = embedded(call, check, item, 'contacts') ?? {};
  const fresh = {
    lead,
    contact: Object.keys(contact).length > 0 ? contact : undefined,
    pipeline_id,
    category,
    source_uid: read(check, item, 'source_uid', 'string') ?? null,
    source_name: read(check, item, 'source_name', 'string') ?? '',
    created_at: read(check, item, 'created_at', 'int'),
    metadata: read(check, item, 'metadata', 'object') ?? {},
  };
  return { write: () => addIncoming(account, fresh, call.by) };
}

function add(call: Call, category: 'forms' | 'sip'): Reply {
  return runBatch<IncomingLead>(call, {
    key: 'unsorted',
    plan: (item, check) => planIncoming(call, category, item, check),
    show: (one) => ({
      uid: one.uid,
      account_id: call.account.settings.account.id,
      ...link(hrefOfUid(call, one.uid)),
      _embedded: entities(call, one),
    }),
  });
}

function decided(call: Call, incoming: IncomingLead): Reply {
  const { uid, pipeline_id, category, created_at } = incoming;
  return hal({ uid, pipeline_id, category, created_at, _embedded: entities(call, incoming) });
}

/**
 * Of all incoming leads, those decided included (the sums of the example in Kommo's docs). The unit of the average time is not
 * documented; it is seconds here.
 */
function summary(call: Call): Reply {
  const { account, query } = call;
  const uids = query.list('filter', 'uid');
  const pipelines = query.ids('filter', 'pipeline_id');
  const created = query.range('filter', 'created_at');
  const wanted = (one: IncomingLead) =>
    (!uids || uids.includes(one.uid)) &&
    (!pipelines || pipelines.has(one.pipeline_id)) &&
    within(created, one.created_at);
  const decisions = account.decisions.filter(({ incoming }) => wanted(incoming));
  const all = [
    ...[...account.incoming.values()].filter(wanted),
    ...decisions.map(({ incoming }) => incoming),
  ];
  const waits = decisions.map(({ incoming, at }) => Math.max(0, at - incoming.created_at));
  const total = (category: IncomingLead['category']) => ({
    total: all.filter((one) => one.category === category).length,
  });
  return hal({
    total: all.length,
    accepted: decisions.filter(({ accepted }) => accepted).length,
    declined: decisions.filter(({ accepted }) => !accepted).length,
    average_sort_time: Math.round(waits.reduce((sum, wait) => sum + wait, 0) / (waits.length || 1)),
    categories: { sip: total('sip'), mail: total('mail'), forms: total('forms'), chats: total('chats') },
    ...link(`${call.base}${call.path}`),
  });
}

/** The body of accept and decline is optional; both name the user who decides. */
function readDecision(call: Call, check: Check): { item: Item; by: number } {
  const body = json(call.text);
  const item = isObject(body) ? body : {};
  return { item, by: readUser(call.account, check, item, 'user_id') ?? call.by };
}

function accept(call: Call, incoming: IncomingLead): Reply {
  const check = createCheck();
  const { item, by } = readDecision(call, check);
  const stageId = read(check, item, 'status_id', 'int');
  const stages = findPipeline(call.account, incoming.pipeline_id)!;
  if (stageId !== undefined && findStage(stages, stageId)?.type !== 0)
    check.bad('NotSupportedChoice', 'status_id');
  if (check.errors.length > 0) return invalid([{ request_id: '0', errors: check.errors }]);
  acceptIncoming(call.account, incoming, stageId, by);
  return decided(call, incoming);
}

function decline(call: Call, incoming: IncomingLead): Reply {
  const check = createCheck();
  const { by } = readDecision(call, check);
  if (check.errors.length > 0) return invalid([{ request_id: '0', errors: check.errors }]);
  declineIncoming(call.account, incoming, by);
  return decided(call, incoming);
}

/** Paths that hold a uid, which the table of routes does not know: null for all others. */
export function unsortedCall(call: Call): Reply | null {
  const [, uid, action] =
    /^\/api\/v4\/leads\/unsorted\/([0-9a-f]{32})(?:\/(accept|decline|link))?$/.exec(call.path) ?? [];
  if (uid === undefined) return null;
  const incoming = call.account.incoming.get(uid);
  if (action === undefined) return incoming && call.method === 'GET' ? hal(view(call, incoming)) : nothing;
  if (!incoming) return problem(404, `Unsorted ${uid} not found`);
  if (action === 'accept' && call.method === 'POST') return accept(call, incoming);
  if (action === 'decline' && call.method === 'DELETE') return decline(call, incoming);
  if (action === 'link' && call.method === 'POST') return linkUnsorted(call, incoming);
  return problem(405, 'Method Not Allowed');
}

export const unsortedRoutes: Routes = {
  'GET /leads/unsorted': list,
  'GET /leads/unsorted/summary': summary,
  'POST /leads/unsorted/forms': (call) => add(call, 'forms'),
  'POST /leads/unsorted/sip': (call) => add(call, 'sip'),
};
