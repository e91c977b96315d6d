import { isClosedStage } from '../closed-stages.ts';
import { type FormMap, type FormReading, type FormValue, listItems, parseForm, parseJson } from './form.ts';
import { reasonToIgnore } from './ignored-parts.ts';
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
    if (typeof result === 'string') reading.ignored.push({ what, reason: result });
    else if (reading.reports.length < MAX_REPORTS) reading.reports.push(result);
    else reading.ignored.push({ what, reason: TOO_MANY });
    // Documentation examples, and perhaps real bodies, come without an account block.
    if (item instanceof Map) reading.accountId ??= idOf(item, 'account_id');
  }
}

/** Reads an item: a report, or the reason why it is ignored. */
type Read = (item: FormMap) => KommoReport | string;

function readerOf(entity: string, action: string): Read | null {
  if (entity === 'leads') {
    if (action === 'status') return readMove;
    if (action === 'update') return readUpdate;
    if (action === 'add') return readCreated;
    if (action === 'responsible' || action === 'restore') return readDealChanged;
    if (action === 'delete') return readDeleted;
  }
  if (entity === 'contacts' && ['add', 'update', 'restore', 'responsible'].includes(action))
    return readPerson;
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
  const at = changeTime(item);
  const move = { dealId, fromPipelineId, fromStageId, pipelineId, stageId };
  return at === null ? { kind: 'moved_without_time', ...move } : { kind: 'moved', ...move, at };
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
  return { kind: 'created', dealId, pipelineId, stageId, at: timeOf(item, 'created_at', 'date_create') };
}

function readDealChanged(item: FormMap): KommoReport | string {
  const dealId = idOf(item, 'id');
  return dealId === null ? NO_DEAL : { kind: 'deal_changed', dealId, at: changeTime(item) };
}

function readDeleted(item: FormMap): KommoReport | string {
  const dealId = idOf(item, 'id');
  return dealId === null ? NO_DEAL : { kind: 'deal_deleted', dealId, at: null };
}

/** Kommo reports companies under `contacts` too; `type` tells them apart. */
function readPerson(item: FormMap): KommoReport | string {
  const id = idOf(item, 'id');
  if (id === null) return 'The report does not name the contact.';
  const type = item.get('type') ?? 'contact';
  if (type === 'company') return { kind: 'company_changed', companyId: id, at: changeTime(item) };
  if (type === 'contact') return { kind: 'contact_changed', contactId: id, at: changeTime(item) };
  return 'The report is about neither a contact nor a company.';
}

const TOO_MANY = `The webhook has more than ${MAX_REPORTS} reports; the others are ignored.`;

const NO_DEAL = 'The report does not name the deal.';

function changeTime(item: FormMap): number | null {
  return timeOf(item, 'last_modified', 'updated_at');
}

/** The first of these fields that holds a time: official examples contain broken ones ("17265663a90"). */
function timeOf(item: FormMap, ...names: string[]): number | null {
  for (const name of names) {
    const time = wholeNumber(item.get(name));
    // From 1973 to 5138: anything else is no unix time in seconds.
    if (time !== null && time >= 1e8 && time < 1e11) return time;
  }
  return null;
}

function idOf(item: FormMap, name: string): number | null {
  const id = wholeNumber(item.get(name));
  return id !== null && id > 0 ? id : null;
}

function wholeNumber(value: FormValue | undefined): number | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value).trim();
  if (!/^\d{1,16}$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

function unknownPart(entity: string): IgnoredPart {
  return { what: entity.slice(0, 60), reason: 'Stagepost does not know this part of the report.' };
}
