import { entityExists } from '../account.ts';
import { createCheck, isObject, need, read, readUser } from '../checks.ts';
import { hal, invalid, problem, type Reply } from '../hal.ts';
import { linkIncoming } from '../incoming.ts';
import type { IncomingLead } from '../model.ts';
import { type Call, json } from './call.ts';
import { notSimulated } from './not-simulated.ts';
import { link } from './page.ts';
import { hrefOf } from './views.ts';

/** The deal and the contact that the body of a link names. */
function readLink(call: Call) {
  const check = createCheck();
  const body = json(call.text);
  const item = isObject(body) ? body : {};
  const by = readUser(call.account, check, item, 'user_id') ?? call.by;
  const target = need(check, item, 'link', 'object') ?? {};
  const dealId = need(check, target, 'entity_id', 'int', 'link.entity_id');
  const type = need(check, target, 'entity_type', 'string', 'link.entity_type');
  const metadata = read(check, target, 'metadata', 'object', 'link.metadata') ?? {};
  const contactId = read(check, metadata, 'contact_id', 'int', 'link.metadata.contact_id');
  const exists = (kind: 'leads' | 'contacts', id: number | undefined) =>
    id === undefined || entityExists(call.account, kind, id);
  if (type === 'leads' && !exists('leads', dealId)) check.bad('NotSupportedChoice', 'link.entity_id');
  if (!exists('contacts', contactId)) check.bad('NotSupportedChoice', 'link.metadata.contact_id');
  if (type !== undefined && type !== 'leads') check.bad('NotSupportedChoice', 'link.entity_type');
  return { errors: check.errors, by, type, dealId: dealId!, contactId };
}

/** Links an incoming chat to an existing deal; for administrators, and for chats only (Kommo docs). */
export function linkUnsorted(call: Call, incoming: IncomingLead): Reply {
  if (!call.user.is_admin) return problem(403, "Client doesn't have the required scope");
  if (incoming.category !== 'chats')
    return problem(400, 'Only incoming leads of the category chats can be linked');
  const { errors, by, type, dealId, contactId } = readLink(call);
  if (type === 'customers') return notSimulated('Customers');
  if (errors.length > 0) return invalid([{ request_id: '0', errors }]);
  const contactIds = linkIncoming(call.account, incoming, { dealId, contactId }, by);
  const entity = (kind: string, id: number) => ({ id, ...link(hrefOf(call, kind, id)) });
  return hal({
    uid: incoming.uid,
    _embedded: {
      leads: [entity('leads', dealId)],
      contacts: contactIds.map((id) => entity('contacts', id)),
      companies: [],
    },
  });
}
