import type { Pipeline } from '../../../domain/entities.ts';
import { type Funnel, funnelsOf, missedOf } from '../../../domain/funnel/funnel.ts';
import {
  countEntries,
  type EntryPeriod,
  firstEntry,
  medianTimes,
} from '../../../store/funnel/entry-counts.ts';
import { countLostClients } from '../../../store/funnel/lost-clients.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { ApiServices } from '../services.ts';
import { startedCampaigns } from './campaigns.ts';
import type { FunnelOverview, PipelineFunnel } from './contract.ts';
import { type StageStart, stageStart } from './stage-starts.ts';

const MAX_FUNNELS = 20;

interface FunnelRequest extends EntryPeriod {
  pipelineId: number | undefined;
}

export async function readFunnel(
  services: ApiServices,
  pipelines: PipelineCache,
  { pipelineId, ...period }: FunnelRequest,
): Promise<FunnelOverview> {
  const { db } = await services.database();
  const { connections } = period;
  const known = await pipelines.all(connections);
  const isAsked = (id: number) => pipelineId === undefined || id === pipelineId;
  const groups = (await countEntries(db, period)).filter((group) => isAsked(group.pipelineId));
  const all = funnelsOf(groups, known).filter((funnel) => isAsked(funnel.pipelineId));
  const shown: PipelineFunnel[] = [];
  const starts = startReader(services);
  for (const funnel of all) {
    if (shown.length === MAX_FUNNELS) break;
    const own = await withStarts(funnel, starts);
    if (own.stages.length > 0) shown.push(own);
  }
  const times = await medianTimes(db, period);
  const first = await firstEntry(db, connections);
  return {
    since: period.since * 1000,
    until: period.until * 1000,
    firstAt: first === null ? null : first * 1000,
    countedTo: services.countedTo(),
    pipelines: [...known].flatMap(([connection, own]) =>
      own.map(({ id, name }) => ({ connection, id, name })),
    ),
    funnels: shown,
    more: all.filter(({ entered }) => entered > 0).length - shown.filter(({ entered }) => entered > 0).length,
    campaigns: await startedCampaigns(db, period, all),
    missed: missedOf(groups),
    ...(await countLostClients(db, period)),
    times: { accepted: rounded(times.accepted), emailed: rounded(times.emailed) },
  };
}

type StageStarts = (pipeline: Named, stage: Named) => StageStart;
type Named = Pick<Pipeline, 'id' | 'name'>;

/** Reads the rules of each connection once. The numbers are shown also where the rules cannot be read. */
function startReader({ connections }: ApiServices): (connection: string) => Promise<StageStarts> {
  const read = new Map<string, Promise<StageStarts>>();
  const nothing: StageStarts = () => ({ event: null, campaigns: [] });
  return (name) => {
    const found = read.get(name);
    if (found) return found;
    const starts = Promise.resolve(connections.get(name)?.coverage.current(null)).then(
      (current) =>
        current ? (pipeline: Named, stage: Named) => stageStart(current, pipeline, stage) : nothing,
      () => nothing,
    );
    read.set(name, starts);
    return starts;
  };
}

/** The stages that were entered or have a rule. */
async function withStarts(
  { connection, pipelineId: id, name, entered, stages }: Funnel,
  starts: ReturnType<typeof startReader>,
): Promise<PipelineFunnel> {
  const startOf = await starts(connection);
  const shown = stages.map((stage) => ({ ...stage, ...startOf({ id, name }, stage) }));
  return {
    ...{ connection, id, name, entered },
    stages: shown.filter((stage) => stage.entered > 0 || stage.event !== null),
  };
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
