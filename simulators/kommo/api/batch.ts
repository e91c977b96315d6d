import { type Check, createCheck, type Item, isObject } from '../checks.ts';
import { hal, type ItemErrors, invalid, nginx, problem, type Reply, unknownIds } from '../hal.ts';
import { type Call, json } from './call.ts';
import { link } from './page.ts';

/** Kommo docs: more than 250 items are refused with 422. */
const largestBatch = 250;

/** The result of checking one item: a write to carry out, or the id at fault with the reason. */
export type Planned<T> = { write: () => T } | { refused: string; id: number } | undefined;

export interface Batch<T> {
  /** The key below `_embedded`. */
  key: string;
  /** Checks one item; what is wrong goes into `check`. */
  plan(item: Item, check: Check): Planned<T>;
  /** The answer's entry for one written item, without `request_id`. */
  show(written: T): Item;
  /** The whole answer, where it is not the usual list. */
  answer?(written: Item[]): Reply;
  /** The most items of a request, where it is not 250. */
  most?: number;
  /** For `PATCH /leads/1`: the id, and one object instead of a list. */
  single?: number;
}

interface Entry<T> {
  request_id: string;
  check: Check;
  planned: Planned<T>;
}

const wrongContainer = (wanted: string): Reply =>
  invalid([
    {
      request_id: '0',
      errors: [{ code: 'InvalidType', path: '', detail: `This value should be of type ${wanted}.` }],
    },
  ]);

/** The items of the body, or the answer that refuses it as a whole. */
export function readItems(call: Call, single: number | undefined, most = largestBatch): Item[] | Reply {
  const body = json(call.text);
  if (call.text !== '' && body === undefined) return problem(400, 'Invalid request body');
  const wantsList = single === undefined;
  if (body === undefined || body === null) return problem(400, 'Request data can not be empty');
  if (typeof body !== 'object') return wrongContainer('array');
  if (Object.keys(body).length === 0) return problem(400, 'Request data can not be empty');
  if (wantsList !== Array.isArray(body)) return wrongContainer(wantsList ? 'array' : 'object');
  const items = (wantsList ? body : [{ ...body, id: single }]) as unknown[];
  if (items.length > most) return problem(422, `Limit ${most} per page`);
  const stranger = items.findIndex((item) => !isObject(item));
  return stranger < 0 ? (items as Item[]) : wrongContainer('array');
}

const isRefused = <T>(entry: Entry<T>): entry is Entry<T> & { planned: { refused: string; id: number } } =>
  entry.planned !== undefined && 'refused' in entry.planned;

/**
 * Checks all items, then writes all or none: one invalid item fails them all (seen in public client code).
 * Ids that do not exist are another matter; whether the others are written then is a switch.
 */
export function runBatch<T>(call: Call, batch: Batch<T>): Reply {
  const { switches } = call.account.settings;
  const items = readItems(call, batch.single, batch.most);
  if (!Array.isArray(items)) return items;
  const tooBig = switches.gatewayTimeoutAbove !== null && items.length > switches.gatewayTimeoutAbove;
  if (tooBig && !switches.gatewayTimeoutApplies) return nginx(504);
  const reply = write(
    call,
    batch,
    items.map((item, index) => prepare(batch, item, index)),
  );
  return tooBig ? nginx(504) : reply;
}

function prepare<T>(batch: Batch<T>, item: Item, index: number): Entry<T> {
  const check = createCheck();
  // Kommo docs: `request_id` defaults to the item's index as text.
  const request_id = String(item.request_id ?? index);
  return { request_id, check, planned: batch.plan(item, check) };
}

function write<T>(call: Call, batch: Batch<T>, entries: Entry<T>[]): Reply {
  const errors: ItemErrors[] = entries
    .filter((entry) => entry.check.errors.length > 0)
    .map((entry) => ({ request_id: entry.request_id, errors: entry.check.errors }));
  if (errors.length > 0) return invalid(errors);

  const refused = entries.filter(isRefused);
  const alone = refused.length > 0 && call.account.settings.switches.notFoundInBatch === 'apply_none';
  const written = alone ? [] : entries.flatMap((entry) => carryOut(batch, entry));
  if (refused.length > 0)
    return unknownIds(
      Object.fromEntries(refused.map(({ planned }) => [String(planned.id), planned.refused])),
    );
  return batch.answer?.(written) ?? answer(call, batch, written);
}

function carryOut<T>(batch: Batch<T>, { planned, request_id }: Entry<T>): Item[] {
  if (!planned || !('write' in planned)) return [];
  const { _links, ...shown } = batch.show(planned.write());
  return [{ ...shown, request_id, _links }];
}

function answer<T>(call: Call, batch: Batch<T>, written: Item[]): Reply {
  const root = batch.single !== undefined && call.account.settings.switches.singlePatchShape === 'root';
  if (root) {
    const { request_id: _, ...own } = written[0] ?? {};
    return hal(own);
  }
  return hal({ ...link(`${call.base}${call.path}`), _embedded: { [batch.key]: written } });
}
