import { type Account, entityExists, findPipeline, findStage, firstStage, mainPipeline } from '../account.ts';
import { type Check, type Item, isObject, need, read, readStamps, readUser } from '../checks.ts';
import { addLead, editLead, isClosed, type LeadEdit } from '../edits.ts';
import { readCustomFields } from '../field-values.ts';
import type { Lead, Pipeline } from '../model.ts';
import { readTags } from '../tags.ts';
import type { Planned } from './batch.ts';
import type { Call } from './call.ts';

interface Place {
  pipeline_id: number;
  status_id: number;
}

/**
 * Where a write puts the lead. A stage must exist in the lead's pipeline, and nothing can be put into
 * "Incoming leads", not even what is there already; any write takes a lead out of there (public issue threads).
 */
function readPlace(account: Account, check: Check, item: Item, lead?: Lead): Place | undefined {
  const pipelineId = read(check, item, 'pipeline_id', 'int') ?? lead?.pipeline_id;
  const statusId = read(check, item, 'status_id', 'int');
  const pipeline = pipelineId === undefined ? mainPipeline(account) : findPipeline(account, pipelineId);
  if (!pipeline) {
    check.bad('NotSupportedChoice', 'pipeline_id');
    return undefined;
  }
  if (statusId === undefined) return { pipeline_id: pipeline.id, status_id: stageWithout(pipeline, lead) };
  const stage = findStage(pipeline, statusId);
  if (stage?.type === 0) return { pipeline_id: pipeline.id, status_id: stage.id };
  check.bad('NotSupportedChoice', 'status_id');
  return undefined;
}

/** The stage when a write names none: the one it has, unless that is in another pipeline or "Incoming leads". */
function stageWithout(pipeline: Pipeline, lead: Lead | undefined): number {
  const now = lead?.pipeline_id === pipeline.id ? findStage(pipeline, lead.status_id) : undefined;
  return now?.type === 0 ? now.id : firstStage(pipeline).id;
}

/** What a write says of the lead itself. Wrong values are noted in `check`. */
export function readLead(account: Account, check: Check, item: Item, lead?: Lead) {
  const tags = readTags(account, check, 'leads', item, lead?.tags ?? []);
  const place = readPlace(account, check, item, lead);
  const edit: LeadEdit = {
    ...readStamps(account, check, item),
    name: read(check, item, 'name', 'string'),
    price: read(check, item, 'price', 'int'),
    responsible_user_id: readUser(account, check, item, 'responsible_user_id'),
    loss_reason_id: item.loss_reason_id === null ? null : read(check, item, 'loss_reason_id', 'int'),
    closed_at: item.closed_at === null ? null : read(check, item, 'closed_at', 'int'),
    custom: readCustomFields(account, check, item, 'leads') ?? [],
  };
  return { place, edit, withTags: () => (tags ? { tags: tags() } : {}) };
}

const lossReasonText = 'Loss reason can be specified only for lost lead';

/** One item of `PATCH /leads`. */
export function planLeadEdit(call: Call, item: Item, check: Check): Planned<Lead> {
  const { account } = call;
  const id = need(check, item, 'id', 'int');
  const lead = id === undefined ? undefined : account.leads.get(id);
  const { place, edit, withTags } = readLead(account, check, item, lead);
  if (id === undefined) return undefined;
  if (!lead || lead.is_deleted) return { refused: 'Lead not found', id };
  if (!place) return undefined;
  if (edit.loss_reason_id && place.status_id !== 143) return { refused: lossReasonText, id };
  return { write: () => editLead(account, lead, { ...edit, ...place, ...withTags() }, call.by) };
}

/** Ids below `_embedded`, of entities that exist. The main contact comes first. */
function readLinks(account: Account, check: Check, item: Item, kind: 'contacts' | 'companies'): number[] {
  const given = isObject(item._embedded) ? item._embedded[kind] : undefined;
  if (given === undefined) return [];
  const path = `_embedded.${kind}`;
  if (!Array.isArray(given)) {
    check.bad('InvalidType', path, 'This value should be of type array.');
    return [];
  }
  const links = given.filter(isObject);
  links.forEach((one, index) => {
    const id = need(check, one, 'id', 'int', `${path}.${index}.id`);
    if (id !== undefined && !entityExists(account, kind, id))
      check.bad('NotSupportedChoice', `${path}.${index}.id`);
  });
  const sorted = links.toSorted(
    (one, other) => Number(other.is_main === true) - Number(one.is_main === true),
  );
  return sorted.map((one) => Number(one.id));
}

type Links = Pick<Lead, 'contact_ids' | 'company_id'>;

/** The contacts and the company that an item names by their ids. */
function readAllLinks(account: Account, check: Check, item: Item): Links {
  const contact_ids = readLinks(account, check, item, 'contacts');
  return { contact_ids, company_id: readLinks(account, check, item, 'companies')[0] ?? null };
}

/** One item of `POST /leads`. @param links the contacts and company where the item does not name them; read when it is written */
export function planLead(call: Call, item: Item, check: Check, links?: () => Links): Planned<Lead> {
  const { account } = call;
  const { place, edit, withTags } = readLead(account, check, item);
  const named = links ? undefined : readAllLinks(account, check, item);
  if (!place) return undefined;
  if (edit.loss_reason_id && place.status_id !== 143)
    check.bad('NotSupportedChoice', 'loss_reason_id', lossReasonText);
  const closed_at = isClosed(place.status_id) ? edit.closed_at : undefined;
  return {
    write: () => {
      const all = { ...edit, ...place, ...withTags(), closed_at, ...(named ?? links?.()) };
      return addLead(account, all, call.by);
    },
  };
}
