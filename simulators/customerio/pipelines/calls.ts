import { notSimulated } from '../app/not-simulated.ts';
import { type Credentials, isPipelinesCaller } from '../http/credentials.ts';
import { accepted, type Call, type Reply, trackJson } from '../http/replies.ts';
import { isObject, limits, longerThan, missing, type Problem, problem } from '../model/limits.ts';
import { parseBody, type TrackCalls } from '../track/calls.ts';
import { checkItem } from '../track/v2.ts';
import type { Json, JsonObject } from '../types.ts';
import { itemOf } from './items.ts';

const kinds = new Set(['identify', 'track', 'page', 'screen', 'group', 'alias', 'batch']);

export const isPipelinesCall = ({ method, path }: Pick<Call, 'method' | 'path'>): boolean =>
  method === 'POST' && path.length === 2 && path[0] === 'v1' && kinds.has(path[1] ?? '');

/**
 * Answers the Pipelines API. Whatever is wrong with a call, the key included, it answers 200 and drops the call;
 * only with `X-Strict-Mode: 1` it says 400 or 401 (Customer.io docs). What those hold is not documented.
 */
export function pipelinesCall(
  calls: TrackCalls,
  credentials: Credentials,
  call: Call,
  authorization: string | undefined,
): Reply {
  const strict = call.headers['x-strict-mode'] === '1';
  if (!isPipelinesCaller(authorization, credentials)) {
    return strict ? trackJson(401, { error: 'unauthorized' }) : accepted;
  }
  const kind = call.path[1] ?? '';
  const read = kind === 'batch' ? readBatch(call.body) : readOne(kind, call.body);
  if ('problems' in read) return strict ? refused(read.problems) : accepted;
  const unknown = read.list.find(isNotSimulated);
  if (unknown) return notSimulated(`The Pipelines API (${String(unknown.event ?? unknown.type)})`);
  const items = read.list.length;
  const checked = read.list.map((one) => checkOne(calls, one));
  const problems = checked.flatMap((one) => ('problems' in one ? one.problems : []));
  // That a strict batch with one bad call is refused as a whole is an assumption.
  if (strict && problems.length > 0) return { ...refused(problems), items };
  for (const one of checked) if ('apply' in one) one.apply();
  return { ...accepted, items };
}

type ReadCalls = { list: JsonObject[] } | { problems: Problem[] };

function readOne(type: string, body: string): ReadCalls {
  if (longerThan(body, limits.itemBytes)) return { problems: [tooLarge] };
  const parsed = parseBody(body);
  return 'problem' in parsed ? { problems: [parsed.problem] } : { list: [{ ...parsed.value, type }] };
}

/** The `context` of a batch holds for each of its calls (Customer.io docs). */
function readBatch(body: string): ReadCalls {
  if (longerThan(body, limits.batchBytes))
    return { problems: [problem('batch', 'batch cannot be larger than 500 KB')] };
  const parsed = parseBody(body);
  if ('problem' in parsed) return { problems: [parsed.problem] };
  const { batch, context } = parsed.value;
  if (!Array.isArray(batch) || batch.length === 0) {
    return { problems: [missing('batch', 'batch must not be empty')] };
  }
  const asCall = (one: Json): JsonObject =>
    isObject(one) ? { ...(context === undefined ? {} : { context }), ...one } : {};
  return { list: batch.map(asCall) };
}

const tooLarge = problem('', 'request cannot be larger than 32 KB');

/** Nothing is known of what `alias` does to a workspace; the reports of deliveries are those of apps. */
function isNotSimulated({ type, event }: JsonObject): boolean {
  return type === 'alias' || (type === 'track' && event === 'Report Delivery Event');
}

function checkOne(calls: TrackCalls, call: JsonObject) {
  if (longerThan(JSON.stringify(call), limits.itemBytes)) return { problems: [tooLarge] };
  const item = itemOf(call, calls.ws.rules);
  if (item === null) return { apply() {} };
  return 'problem' in item ? { problems: [item.problem] } : checkItem(calls, item.value);
}

function refused(problems: Problem[]): Reply {
  return trackJson(400, { error: problems.map(({ message }) => message).join('; ') });
}
