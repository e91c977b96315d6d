import type { Pipeline } from '../../../domain/entities.ts';
import { senderNames } from '../../../store/campaigns/sender-names.ts';
import type { Db } from '../../../store/database/database.ts';
import {
  enteredStages,
  firstMoveAt,
  recentRules,
  reportedCampaigns,
  storedOwners,
  storedReasons,
  userNames,
} from '../../../store/events/filter-values.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { ActivityOptions } from './contract.ts';

/** Of more connections than this the reasons are not all found. */
const MAX_CONNECTIONS = 100;

/** The values that the filters of the activity offer. Those of one account mean nothing beside those of another one. */
export async function filterOptions(
  db: Db,
  pipelines: PipelineCache,
  connections: string[],
): Promise<ActivityOptions> {
  const names = connections.slice(0, MAX_CONNECTIONS);
  const reasons = await storedReasons(db, names);
  const first = await firstMoveAt(db, names);
  const sinceOf = (values: { since: number }[]) => {
    const since = Math.min(...values.map((value) => value.since));
    return values.length > 0 && first !== null && first < since ? since : null;
  };
  const common = { reasons: reasons.map(({ reason }) => reason), reasonsSince: sinceOf(reasons) };
  const [connection] = connections;
  if (connection === undefined || connections.length > 1)
    return { ...common, stages: [], rules: [], campaigns: [], owners: [], ownersSince: null };
  const owners = await storedOwners(db, connection);
  return {
    ...common,
    stages: await stagesOf(db, connection, (await pipelines.of(connection)).pipelines),
    rules: await recentRules(db, connection),
    campaigns: await campaignsOf(db, connection),
    owners: await namedOwners(db, connection, owners),
    ownersSince: sinceOf(owners),
  };
}

/** In the order of Kommo, with the pipeline's name where there are several. */
async function stagesOf(
  db: Db,
  connection: string,
  pipelines: Pipeline[],
): Promise<ActivityOptions['stages']> {
  const all = pipelines.flatMap(({ id: pipelineId, name: pipeline, stages }) =>
    stages.map(({ id: stageId, name }) => ({
      ref: { pipelineId, stageId },
      value: `${pipelineId}-${stageId}`,
      label: pipelines.length > 1 ? `${pipeline} / ${name}` : name,
    })),
  );
  const entered = await enteredStages(
    db,
    connection,
    all.map(({ ref }) => ref),
  );
  const values = new Set(entered.map(({ pipelineId, stageId }) => `${pipelineId}-${stageId}`));
  return all.filter(({ value }) => values.has(value)).map(({ value, label }) => ({ value, label }));
}

async function campaignsOf(db: Db, connection: string): Promise<ActivityOptions['campaigns']> {
  const ids = await reportedCampaigns(db, connection);
  const wanted = ids.map((id) => ({ kind: 'campaign' as const, id }));
  const names = new Map((await senderNames(db, connection, wanted)).map(({ id, name }) => [id, name]));
  return byLabel(ids.map((id) => ({ value: id, label: names.get(id) ?? `Campaign ${id}` })));
}

async function namedOwners(
  db: Db,
  connection: string,
  owners: { owner: number }[],
): Promise<ActivityOptions['owners']> {
  const ids = owners.map(({ owner }) => owner);
  const names = await userNames(db, connection, ids);
  return byLabel(ids.map((id) => ({ value: id, label: names.get(id) ?? `User ${id}` })));
}

function byLabel<T extends { label: string }>(options: T[]): T[] {
  return options.sort((a, b) => a.label.localeCompare(b.label, 'en'));
}
