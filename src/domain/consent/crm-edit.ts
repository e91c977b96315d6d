import type { Deal, UnixSeconds } from '../entities.ts';
import type { DealChanged, StagepostEvent } from '../events.ts';
import type { Rules } from '../rules/rules.ts';
import { isSameValue, meaningOf } from './crm-value.ts';
import { valueRead } from './deal-shows.ts';
import { fieldsSetBy, type ShownValue } from './projection.ts';

/** What a deal field is known to show, with what tells an edit from Stagepost's own writes. */
export interface KnownShow extends ShownValue {
  /** What the field showed before, the latest first: while a write is on its way, it may still do so. */
  earlier?: readonly string[];
  /** When an edit was last undone, the latest first. */
  undoneAt?: readonly UnixSeconds[];
  /** Missing until a plan of the batch writes the field. Not stored. */
  baseline?: ShowBaseline;
}

/**
 * What the field was known to show before a plan of the batch wrote it. The batch's webhooks and readings are older than that write, so
 * its value in one of them is an edit.
 */
export interface ShowBaseline {
  values: readonly string[];
  earlier: readonly string[];
  writes: OwnWrites | undefined;
}

/** Stagepost's own writes to the fields of a deal. */
export interface OwnWrites {
  /** Whether some are not delivered yet. */
  areOpen: boolean;
  /** When the latest one was delivered; null where none is known. */
  deliveredAt: UnixSeconds | null;
}

/** The most values that are kept of what a field showed before. */
export const MAX_EARLIER = 5;
/** An edit is undone so many times within a day. An automation that sets the field again and again has the last word. */
export const MAX_UNDONE = 3;
const DAY_S = 86_400;

/**
 * A change of a status field in Kommo that Stagepost has not made:
 *
 * - `opt_out`, `complaint`: the field says that the client has opted out
 * - `opt_in`: an opt-out was taken back
 * - `retry`: a bounce or suppression was taken back
 */
export interface FieldEdit {
  dealId: number;
  field: string;
  /** What somebody has set it to. */
  set: string;
  /** What the field shows now. */
  value: string;
  wish: 'opt_out' | 'complaint' | 'opt_in' | 'retry';
  /** The reaction whose value was set; null where it was taken back. */
  report: string | null;
  at: UnixSeconds;
  /** The user of Kommo, 0 for an integration; null where it is not known. */
  by: number | null;
  mayUndo: boolean;
}

export interface EditsInput {
  deal: Pick<Deal, 'id' | 'fields' | 'updatedAt'>;
  /** Null: the deal was read for another reason. */
  event: StagepostEvent | null;
  shows: ReadonlyMap<string, KnownShow>;
  writes: OwnWrites | undefined;
  /** When the deal was read. */
  readAt: UnixSeconds;
}

/**
 * The edits of a deal's status fields, by comparing what the deal has with what it is known to show. Own writes that come back,
 * or are on their way, are none. A webhook may carry an opt-out that a write of Stagepost has replaced since: it counts as well.
 */
export function fieldEdits(input: EditsInput, rules: Rules): FieldEdit[] {
  return fieldsSetBy(rules).flatMap((field) =>
    [editOfWebhook(field, input, rules), editOfReading(field, input, rules)].filter((edit) => edit !== null),
  );
}

/** What the deal has now. */
function editOfReading(field: string, input: EditsInput, rules: Rules): FieldEdit | null {
  const { deal, shows, readAt } = input;
  const value = valueRead(field, deal);
  if (isOwn(value, input, field, readAt)) return null;
  const change = changeOf(input);
  const reported = reportedValue(field, change);
  // Only the webhook of the edit itself says who did it.
  const own = reported === undefined || isSameValue(reported, value) ? change : null;
  const { meaning, report } = meaningOf(field, value, rules);
  const at = timeOfReading(own, input);
  const edit = { ...baseOf(field, input), set: value, by: own?.by ?? null, at };
  if (meaning === 'opt_out' || meaning === 'complaint')
    return { ...edit, at: timeOfOptOut(at, input), wish: meaning, report };
  const show = shows.get(field);
  const wish = show ? takenBack(field, show, rules) : null;
  return wish !== null && meaning === 'other' && own !== null ? { ...edit, wish, report: null } : null;
}

/** An opt-out that the deal had, and that something else has replaced since. */
function editOfWebhook(field: string, input: EditsInput, rules: Rules): FieldEdit | null {
  const change = changeOf(input);
  const reported = reportedValue(field, change);
  if (!change?.by || reported === undefined || isSameValue(reported, valueRead(field, input.deal)))
    return null;
  const { meaning, report } = meaningOf(field, reported, rules);
  if (meaning !== 'opt_out' && meaning !== 'complaint') return null;
  if (isOwn(reported, input, field, change.occurredAt)) return null;
  const at = Math.min(change.occurredAt, input.readAt);
  return { ...baseOf(field, input), set: reported, by: change.by, at, wish: meaning, report };
}

function baseOf(
  field: string,
  { deal, shows, readAt }: EditsInput,
): Pick<FieldEdit, 'dealId' | 'field' | 'value' | 'mayUndo'> {
  const value = valueRead(field, deal);
  return { dealId: deal.id, field, value, mayUndo: mayUndo(shows.get(field), readAt) };
}

/**
 * When the value was set: by its webhook, else by the deal's last change. What replaces a value that Stagepost has written is
 * newer than that write. Where an integration with a wrong clock states an older time, that of the reading counts: too late
 * rather than too early, so that nothing before it ends an opt-out.
 */
function timeOfReading(own: DealChanged | null, { deal, writes, readAt }: EditsInput): UnixSeconds {
  const stated = Math.min(own?.occurredAt ?? deal.updatedAt ?? readAt, readAt);
  const written = writes?.deliveredAt ?? Number.NEGATIVE_INFINITY;
  return stated < written - 1 ? readAt : stated;
}

/**
 * The field may have been set to the same value twice, and the webhook be that of the first time: an opt-out counts from the deal's
 * last change, too late rather than too early.
 */
function timeOfOptOut(at: UnixSeconds, { deal, readAt }: EditsInput): UnixSeconds {
  return Math.min(Math.max(at, deal.updatedAt ?? at), readAt);
}

/** The event, if it is a change of the deal itself. */
function changeOf({ deal, event }: EditsInput): DealChanged | null {
  return event?.kind === 'deal_changed' && event.dealId === deal.id ? event : null;
}

/** What the webhook says that the field has, empty for none; undefined where no webhook reported the change. */
function reportedValue(field: string, change: DealChanged | null): string | undefined {
  return change?.fields && (change.fields[field] ?? '');
}

/** Whether a value that the field had at a time comes from Stagepost, or was there before it wrote. */
function isOwn(value: string, { shows, writes }: EditsInput, field: string, at: UnixSeconds): boolean {
  const show = shows.get(field);
  if (show === undefined) return false;
  const current = { values: [show.value], earlier: show.earlier ?? [], writes };
  const known: ShowBaseline = show.baseline ?? current;
  const own = areOnTheirWay(known.writes, at) ? [...known.values, ...known.earlier] : known.values;
  return own.some((text) => isSameValue(text, value));
}

/** Whether a value that was read at a time may be older than a write of Stagepost. */
export function areOnTheirWay(writes: OwnWrites | undefined, at: UnixSeconds): boolean {
  return writes !== undefined && (writes.areOpen || (writes.deliveredAt ?? Number.NEGATIVE_INFINITY) >= at);
}

function takenBack(field: string, show: KnownShow, rules: Rules): 'opt_in' | 'retry' | null {
  if (!show.isRestrictive) return null;
  return meaningOf(field, show.value, rules).meaning === 'failure' ? 'retry' : 'opt_in';
}

function mayUndo(show: KnownShow | undefined, now: UnixSeconds): boolean {
  return (show?.undoneAt ?? []).filter((at) => at > now - DAY_S).length < MAX_UNDONE;
}

/**
 * Whether a webhook gives reason to read the deal: the value of a status field in it is not what the deal is known to show, and
 * one of the two speaks against sending.
 */
export function mayBeEdit(
  { fields }: DealChanged,
  shows: ReadonlyMap<string, KnownShow> | undefined,
  rules: Rules,
): boolean {
  if (fields === undefined) return false;
  return fieldsSetBy(rules).some((field) => {
    const value = fields[field] ?? '';
    const show = shows?.get(field);
    if (isSameValue(value, show?.value ?? '')) return false;
    const { meaning } = meaningOf(field, value, rules);
    return show?.isRestrictive === true || meaning === 'opt_out' || meaning === 'complaint';
  });
}
