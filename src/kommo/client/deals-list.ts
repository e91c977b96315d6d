import type { Deal, StageRef, UnixSeconds } from '../../domain/entities.ts';
import type { JsonObject } from '../../lib/unknown-json.ts';
import { dealOf } from '../mapping.ts';
import { embedded, hasNextPage } from '../wire.ts';
import { PAGE } from './by-id.ts';
import type { CallOptions } from './call.ts';
import { queryOf } from './paging.ts';
import type { Transport } from './transport.ts';

export interface DealsPageQuery {
  /** From 1. */
  page: number;
  /** Deals on a page, at most 250; default: 250. */
  limit?: number;
  /** Only deals in one of these; empty: all. */
  stages: readonly StageRef[];
  /** Both ends are included; null: open. */
  created: TimeRange;
  updated: TimeRange;
  /** The ids of responsible users; empty: all. */
  owners: readonly number[];
}

export interface TimeRange {
  from: UnixSeconds | null;
  to: UnixSeconds | null;
}

export interface DealsPage {
  /** The last created first, unless the account ignores the order. An account may ignore the filters, too. */
  deals: Deal[];
  /** Whether no further page is to be read. */
  isLast: boolean;
}

/**
 * Reads one page of the account's deals, with the ids of their contacts, the last created first: a deal keeps its place however
 * it changes meanwhile. Kommo docs: `GET /leads`, `filter[statuses][n]` is a pipeline with a stage, `filter[created_at][from|to]`.
 */
export async function readDealsPage(
  transport: Transport,
  { page, limit = PAGE, stages, created, updated, owners }: DealsPageQuery,
  options: CallOptions | undefined,
): Promise<DealsPage> {
  const query = queryOf([
    ...stages.flatMap(({ pipelineId, stageId }, index): [string, number][] => [
      [`filter[statuses][${index}][pipeline_id]`, pipelineId],
      [`filter[statuses][${index}][status_id]`, stageId],
    ]),
    ...range('created_at', created),
    ...range('updated_at', updated),
    ...owners.map((id): [string, number] => ['filter[responsible_user_id][]', id]),
    ['order[created_at]', 'desc'],
    ['with', 'contacts'],
    ['limit', limit],
    ['page', page],
  ]);
  const body = await transport.send(
    { method: 'GET', path: '/leads', query, effect: 'read', doing: 'listing deals' },
    options,
  );
  const items = embedded(body, 'leads');
  return { deals: items.flatMap(listedDeal), isLast: !hasNextPage(body) || items.length === 0 };
}

function range(name: string, { from, to }: TimeRange): [string, number][] {
  return [
    ...(from === null ? [] : [[`filter[${name}][from]`, from] as [string, number]]),
    ...(to === null ? [] : [[`filter[${name}][to]`, to] as [string, number]]),
  ];
}

function listedDeal(wire: JsonObject): Deal[] {
  const deal = dealOf(wire);
  return deal === null ? [] : [deal];
}
