import { type Account, entityExists, isReadable } from '../account.ts';
import { elementsOf, linkElement, unlinkElement } from '../catalogs.ts';
import { type Check, type Item, isObject, need, read } from '../checks.ts';
import { editContact, editLead } from '../edits.ts';
import { hal, nothing, type Reply, unknownIds } from '../hal.ts';
import { linkContact, unlinkContact } from '../links.ts';
import type { EntityKind } from '../types.ts';
import { type Batch, type Planned, runBatch } from './batch.ts';
import type { Call, Routes } from './call.ts';
import { elementMetadata, isTakenByOtherDeal, readElementLink } from './element-links.ts';
import { link } from './page.ts';

type TargetKind = EntityKind | 'catalog_elements';

/** What may be linked to what; customers are not simulated. */
const targets: Record<EntityKind, readonly TargetKind[]> = {
  leads: ['contacts', 'companies', 'catalog_elements'],
  contacts: ['leads', 'companies', 'catalog_elements'],
  companies: ['leads', 'contacts', 'catalog_elements'],
};

const missing = { leads: 'Lead not found', contacts: 'Contact not found', companies: 'Company not found' };

/** A link as a call states it. */
interface Link {
  kind: EntityKind;
  id: number;
  toKind: TargetKind;
  toId: number;
  isMain: boolean;
  /** Of a catalog element; 1 for all others. */
  quantity: number;
}

/** @param id of the entity where the path names it; otherwise each item does */
function readLink(call: Call, kind: EntityKind, id: number | undefined, item: Item, check: Check) {
  const own = id ?? need(check, item, 'entity_id', 'int');
  const toId = need(check, item, 'to_entity_id', 'int');
  const toKind = need(check, item, 'to_entity_type', 'string') as TargetKind | undefined;
  const metadata = item.metadata === null ? undefined : read(check, item, 'metadata', 'object');
  const isMain =
    (isObject(metadata) && read(check, metadata, 'is_main', 'bool', 'metadata.is_main')) || false;
  if (own === undefined || toId === undefined || toKind === undefined) return undefined;
  const link = { kind, id: own, toKind, toId, isMain };
  if (!targets[kind].includes(toKind)) check.bad('NotSupportedChoice', 'to_entity_type');
  else if (toKind === 'catalog_elements')
    return {
      ...link,
      toKind,
      quantity: readElementLink(call, check, toId, metadata ?? {}),
    };
  else if (!entityExists(call.account, toKind, toId)) check.bad('NotSupportedChoice', 'to_entity_id');
  return { ...link, quantity: 1 };
}

/** A link as the account has it. */
type Existing = Pick<Link, 'kind' | 'id' | 'toKind' | 'toId'>;

/** The two entities of a link by their kinds, whichever of them the call started from. */
const idsOf = ({
  kind,
  id,
  toKind,
  toId,
}: Existing): {
  [Kind in TargetKind]?: number;
} => ({
  [kind]: id,
  [toKind]: toId,
});

function connect({ account, by }: Call, wanted: Link): void {
  const { leads, contacts, companies, catalog_elements } = idsOf(wanted);
  const lead = leads === undefined ? undefined : account.leads.get(leads)!;
  if (catalog_elements !== undefined)
    linkElement(account, wanted.kind, wanted.id, catalog_elements, wanted.quantity);
  else if (companies === undefined) linkContact(account, lead!, contacts!, wanted.isMain, by);
  else if (lead) editLead(account, lead, { company_id: companies }, by);
  else editContact(account, account.contacts.get(contacts!)!, { company_id: companies }, by);
}

/** A link that does not exist changes nothing. */
function disconnect({ account, by }: Call, wanted: Link): void {
  const { leads, contacts, companies, catalog_elements } = idsOf(wanted);
  const lead = leads === undefined ? undefined : account.leads.get(leads)!;
  const contact = contacts === undefined ? undefined : account.contacts.get(contacts)!;
  if (catalog_elements !== undefined) unlinkElement(account, wanted.kind, wanted.id, catalog_elements);
  else if (companies === undefined) unlinkContact(account, lead!, contacts!, by);
  else if (lead?.company_id === companies) editLead(account, lead, { company_id: null }, by);
  else if (contact?.company_id === companies) editContact(account, contact, { company_id: null }, by);
}

/** `link` and `unlink` of one entity or of many: a list of links; all or none, as with other batches. */
function change(
  call: Call,
  kind: EntityKind,
  id: number | undefined,
  apply: typeof connect,
  answer: Batch<Link>['answer'],
): Reply {
  if (id !== undefined && !isReadable(call.account, kind, id)) return unknownIds({ [id]: missing[kind] });
  const plan = (item: Item, check: Check): Planned<Link> => {
    const wanted = readLink(call, kind, id, item, check);
    if (!wanted) return undefined;
    if (apply === connect && isTakenByOtherDeal(call.account, wanted))
      check.bad('NotSupportedChoice', 'to_entity_id');
    if (!isReadable(call.account, kind, wanted.id)) return { refused: missing[kind], id: wanted.id };
    return {
      write() {
        apply(call, wanted);
        return wanted;
      },
    };
  };
  return runBatch<Link>(call, {
    key: 'links',
    plan,
    show: (wanted) => ({ entity_id: wanted.id, entity_type: kind, ...shown(call, wanted) }),
    ...(answer ? { answer } : {}),
  });
}

const shown = (call: Call, wanted: Existing): Item => ({
  to_entity_id: wanted.toId,
  to_entity_type: wanted.toKind,
  metadata: metadataOf(call, wanted),
});

/** Asked for as `is_main`, answered as `main_contact` (Kommo docs). */
function metadataOf({ account }: Call, wanted: Existing): Item | null {
  const { leads, contacts, catalog_elements } = idsOf(wanted);
  if (catalog_elements !== undefined)
    return elementMetadata(account, wanted.kind, wanted.id, catalog_elements);
  if (leads === undefined || contacts === undefined) return null;
  return { main_contact: account.leads.get(leads)?.contact_ids[0] === contacts };
}

/** Everything that is linked to an entity: elements, contacts, companies (the order of the example in amoCRM's docs). */
function linksOf({ account }: Call, kind: EntityKind, id: number): Existing[] {
  const to = (toKind: TargetKind, ids: Iterable<number>) =>
    [...ids].map((toId) => ({ kind, id, toKind, toId }));
  return [...to('catalog_elements', elementsOf(account, kind, id).keys()), ...cardsOf(account, kind, id, to)];
}

/** The deals, contacts and companies that are linked to an entity. */
function cardsOf(
  account: Account,
  kind: EntityKind,
  id: number,
  to: (toKind: EntityKind, ids: Iterable<number>) => Existing[],
): Existing[] {
  const company = (companyId: number | null) => to('companies', companyId === null ? [] : [companyId]);
  if (kind === 'leads') {
    const lead = account.leads.get(id)!;
    return [...to('contacts', lead.contact_ids), ...company(lead.company_id)];
  }
  if (kind === 'contacts')
    return [...to('leads', account.leadsOf.get(id) ?? []), ...company(account.contacts.get(id)!.company_id)];
  const belongs = (one: { company_id: number | null; is_deleted: boolean }) =>
    one.company_id === id && !one.is_deleted;
  const ids = (all: Iterable<{ id: number; company_id: number | null; is_deleted: boolean }>) =>
    [...all].filter(belongs).map((one) => one.id);
  return [...to('leads', ids(account.leads.values())), ...to('contacts', ids(account.contacts.values()))];
}

function list(call: Call, kind: EntityKind, ids: Iterable<number>, named: boolean): Reply {
  const { query } = call;
  const toIds = query.ids('filter', 'to_entity_id');
  const toKind = query.one('filter', 'to_entity_type');
  const catalogIds = query.ids('filter', 'to_catalog_id');
  const isInCatalog = ({ toKind, toId }: Existing) =>
    !catalogIds ||
    (toKind === 'catalog_elements' && catalogIds.has(call.account.elements.get(toId)!.catalog_id));
  const links = [...ids]
    .filter((id) => isReadable(call.account, kind, id))
    .flatMap((id) => linksOf(call, kind, id))
    .filter(
      (one) =>
        (!toIds || toIds.has(one.toId)) &&
        (toKind === undefined || one.toKind === toKind) &&
        isInCatalog(one),
    );
  return listed(
    call,
    links.map((one) => ({ ...(named ? { entity_id: one.id, entity_type: kind } : {}), ...shown(call, one) })),
  );
}

const listed = (call: Call, links: Item[]): Reply =>
  hal({
    _total_items: links.length,
    ...link(`${call.base}${call.path.replace(/\/link$/, '/links')}`),
    _embedded: { links },
  });

const linked = (call: Call) => (links: Item[]) =>
  listed(
    call,
    links.map(({ request_id: _request, _links, ...own }) => own),
  );

const oneList = (call: Call, kind: EntityKind, id: number): Reply =>
  isReadable(call.account, kind, id) ? list(call, kind, [id], false) : nothing;

/** The calls without an id carry `entity_id` in each item, or as a filter (official PHP client). */
const routesOf = (kind: EntityKind): Routes => ({
  [`GET /${kind}/links`]: (call) => list(call, kind, call.query.ids('filter', 'entity_id') ?? [], true),
  [`POST /${kind}/link`]: (call) => change(call, kind, undefined, connect, linked(call)),
  [`POST /${kind}/unlink`]: (call) => change(call, kind, undefined, disconnect, () => nothing),
  [`GET /${kind}/:id/links`]: (call, id) => oneList(call, kind, id!),
  [`POST /${kind}/:id/link`]: (call, id) => change(call, kind, id!, connect, linked(call)),
  [`POST /${kind}/:id/unlink`]: (call, id) => change(call, kind, id!, disconnect, () => nothing),
});

export const linkRoutes: Routes = {
  ...routesOf('leads'),
  ...routesOf('contacts'),
  ...routesOf('companies'),
};
