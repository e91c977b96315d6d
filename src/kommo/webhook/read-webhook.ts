import { isClosedStage } from '../closed-stages.ts';
import { fieldsOf } from './custom-fields.ts';
import { type FormMap, type FormReading, type FormValue, listItems, parseForm, parseJson } from './form.ts';
import { reasonToIgnore } from './ignored-parts.ts';
import { readIncomingLead } from './incoming-leads.ts';
import { changeTimes, creationTimes, idOf, userOf } from './item-fields.ts';
import type { IgnoredPart, KommoReport, WebhookReading } from './reports.ts';

const MAX_IGNORED = 50;
/** A real report has some 40 fields and over a kilobyte, so a body of one megabyte holds fewer than this. */
const MAX_REPORTS = 1_000;

/**
 * Reads one webhook of Kommo. Never throws: a body that cannot be understood has no reports and one ignored part that
 * says why.
 *
 * Sources: Kommo docs "Webhooks: general information" and "Digital Pipeline", and bodies seen in public
 * client code. One body may carry several keys and several items of each.
 */
export function readWebhook(body: Buffer, contentType: string | undefined): WebhookReading {
  const reading: WebhookReading = { accountId: null, subdomain: null, reports: [], ignored: [] };
  const parsed = parseBody(body, contentType);
  if (!parsed.ok) {
    reading.ignored.push({ what: 'body', reason: parsed.error });
    return reading;
  }
  for (const [entity, actions] of sorted(parsed.root)) {
    if (entity === 'account') readAccount(actions, reading);
    else if (!(actions instanceof Map)) reading.ignored.push(unknownPart(entity));
    else for (const [action, items] of sorted(actions)) readAction(entity, action, items, reading);
  }
  if (reading.reports.length === 0 && reading.ignored.length === 0) {
    reading.ignored.push({ what: 'body', reason: 'The body does not say that anything happened.' });
  }
  return { ...reading, ignored: shortened(reading.ignored) };
}

/** Each reason once, and at most `MAX_IGNORED`: the list is stored and shown. */
function shortened(parts: IgnoredPart[]): IgnoredPart[] {
  const unique = [...new Map(parts.map((part) => [`${part.what} ${part.reason}`, part])).values()];
  if (unique.length <= MAX_IGNORED) return unique;
  const more = unique.length - MAX_IGNORED;
  return [...unique.slice(0, MAX_IGNORED), { what: 'body', reason: `${more} more parts are ignored too.` }];
}

function parseBody(body: Buffer, contentType: string | undefined): FormReading {
  const type = (contentType ?? '').toLowerCase();
  if (type.includes('multipart/')) {
    return { ok: false, error: 'The body is multipart; Kommo sends url-encoded forms.' };
  }
  const text = body.toString('utf8').trim();
  if (text === '') return { ok: false, error: 'The body is empty.' };
  return type.includes('json') || text.startsWith('{') ? parseJson(text) : parseForm(text);
}

/** By name, so that the order of fields on the wire does not matter. */
function sorted(group: FormMap): [string, FormValue][] {
  return [...group].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function readAccount(account: FormValue, reading: WebhookReading): void {
  if (!(account instanceof Map)) return;
  reading.accountId = idOf(account, 'id') ?? reading.accountId;
  const subdomain = account.get('subdomain');
  if (typeof subdomain === 'string' && subdomain !== '') reading.subdomain = subdomain;
}

function readAction(entity: string, action: string, items: FormValue, reading: WebhookReading): void {
  const what = `${entity.slice(0, 60)}[${action.slice(0, 60)}]`;
  const read = readerOf(entity, action);
  if (read === null) {
    reading.ignored.push({ what, reason: reasonToIgnore(entity, action) });
    return;
  }
  const list = listItems(items);
  if (list.length === 0) reading.ignored.push({ what, reason: 'The report is empty.' });
  for (const item of list) {
    const result = item instanceof Map ? read(item) : 'The report has no content.';
    const reports = typeof result === 'string' ? [] : [result].flat();
    if (typeof result === 'string') reading.ignored.push({ what, reason: result });
    for (const report of reports) {
      if (reading.reports.length < MAX_REPORTS) reading.reports.push(report);
      else reading.ignored.push({ what, reason: TOO_MANY });
    }
    // Documentation examples, and perhaps real bodies, come without an account block.
    if (item instanceof Map) reading.accountId ??= idOf(item, 'account_id');
  }
}

/** Reads an item: its reports, or the reason why it is ignored. */
type Read = (item: FormMap) => KommoReport | KommoReport[] | string;

function readerOf(entity: string, action: string): Read | null {
  if (entity === 'leads') {
    if (action === 'status') return readMove;
    if (action === 'update') return readUpdate;
    if (action === 'add') return readCreated;
    if (action === 'responsible') return readDealChanged;
    if (action === 'delete') return readDeleted;
    if (action === 'restore') return readRestored;
  }
  if (entity === 'contacts') {
    if (['add', 'update', 'responsible'].includes(action)) return readPerson('contact_changed');
    if (action === 'restore') return readPerson('contact_restored');
    if (action === 'delete') return readPerson('contact_deleted');
  }
  if (entity === 'unsorted' && (action === 'add' || action === 'delete'))
    return (item) => readIncomingLead(action, item);
  return null;
}

function readMove(item: FormMap): KommoReport | string {
  const dealId = idOf(item, 'id');
  if (dealId === null) return NO_DEAL;
  const pipelineId = idOf(item, 'pipeline_id');
  const stageId = idOf(item, 'status_id');
  if (pipelineId === null || stageId === null) {
    return `Deal ${dealId} changed stage, but the report does not name the pipeline and the stage.`;
  }
  const fromStageId = idOf(item, 'old_status_id');
  const fromPipelineId = idOf(item, 'old_pipeline_id');
  if (!reportsMove(stageId, fromStageId, pipelineId, fromPipelineId)) return readDealChanged(item);
  const { at, ...others } = changeTimes(item);
  const move = { dealId, fromPipelineId, fromStageId, pipelineId, stageId };
  if (at === null) return { kind: 'moved_without_time', ...move };
  return { kind: 'moved', ...move, at, ...others, ...userOf(item, 'modified_user_id') };
}

/** Whether a stage report is about a move. Won to won of another pipeline is a move, although the stage id stays. */
function reportsMove(
  to: number,
  from: number | null,
  toPipeline: number,
  fromPipeline: number | null,
): boolean {
  if (from !== to) return true;
  if (fromPipeline !== null) return fromPipeline !== toPipeline;
  return isClosedStage(to);
}

/** An update is a move only if it names a different old stage: a false move would start a false campaign. */
function readUpdate(item: FormMap): KommoReport | string {
  const from = idOf(item, 'old_status_id');
  const fromPipeline = idOf(item, 'old_pipeline_id');
  const otherStage = from !== null && from !== idOf(item, 'status_id');
  const otherPipeline = fromPipeline !== null && fromPipeline !== idOf(item, 'pipeline_id');
  return otherStage || (from !== null && otherPipeline) ? readMove(item) : readDealChanged(item);
}

function readCreated(item: FormMap): KommoReport | string {
  const dealId = idOf(item, 'id');
  if (dealId === null) return NO_DEAL;
  const pipelineId = idOf(item, 'pipeline_id');
  const stageId = idOf(item, 'status_id');
  if (pipelineId === null || stageId === null) {
    return `Deal ${dealId} was created, but the report does not name the pipeline and the stage.`;
  }
  return {
    kind: 'created',
    dealId,
    pipelineId,
    stageId,
    ...creationTimes(item),
    ...userOf(item, 'created_user_id'),
  };
}

function readDealChanged(item: FormMap): KommoReport | string {
  const dealId = idOf(item, 'id');
  if (dealId === null) return NO_DEAL;
  const edit = { ...userOf(item, 'modified_user_id'), ...fieldsOf(item) };
  return { kind: 'deal_changed', dealId, ...changeTimes(item), ...edit };
}

function readDeleted(item: FormMap): KommoReport | string {
  const dealId = idOf(item, 'id');
  return dealId === null ? NO_DEAL : { kind: 'deal_deleted', dealId, at: null };
}

function readRestored(item: FormMap): KommoReport | string {
  const dealId = idOf(item, 'id');
  return dealId === null ? NO_DEAL : { kind: 'deal_restored', dealId, ...changeTimes(item) };
}

/**
 * Kommo reports companies under `contacts` too; `type` distinguishes them. A deletion may come without a type: contacts
 * and companies share one sequence of ids, so the id of a company matches no contact.
 */
function readPerson(kind: 'contact_changed' | 'contact_restored' | 'contact_deleted'): Read {
  return (item) => {
    const id = idOf(item, 'id');
    if (id === null) return 'The report does not name the contact.';
    const type = item.get('type') ?? 'contact';
    if (type === 'company') return { kind: 'company_changed', companyId: id, ...changeTimes(item) };
    if (type !== 'contact') return 'The report is about neither a contact nor a company.';
    if (kind === 'contact_deleted') return { kind, contactId: id, at: null };
    if (kind === 'contact_changed')
      return { kind, contactId: id, ...changeTimes(item), ...userOf(item, 'modified_user_id') };
    return { kind, contactId: id, ...changeTimes(item) };
  };
}

const TOO_MANY = `The webhook has more than ${MAX_REPORTS} reports; the others are ignored.`;

const NO_DEAL = 'The report does not name the deal.';

function unknownPart(entity: string): IgnoredPart {
  return { what: entity.slice(0, 60), reason: 'Stagepost does not know this part of the report.' };
}
