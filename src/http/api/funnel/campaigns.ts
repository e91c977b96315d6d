import type { Funnel } from '../../../domain/funnel/funnel.ts';
import { senderNames } from '../../../store/campaigns/sender-names.ts';
import type { Db } from '../../../store/database/database.ts';
import { countCampaigns } from '../../../store/funnel/campaign-counts.ts';
import type { EntryPeriod } from '../../../store/funnel/entry-counts.ts';
import type { StartedCampaign } from './contract.ts';

const MAX_CAMPAIGNS = 50;

/** The campaigns that entries into the stages of these funnels have started, those with the most emails first. */
export async function startedCampaigns(
  db: Db,
  period: EntryPeriod,
  funnels: readonly Funnel[],
): Promise<StartedCampaign[]> {
  const counts = (await countCampaigns(db, period))
    .flatMap((row) => {
      const funnel = funnels.find(
        ({ connection, pipelineId }) => connection === row.connection && pipelineId === row.pipelineId,
      );
      const stage = funnel?.stages.find(({ id }) => id === row.stageId);
      return funnel && stage ? [{ ...row, funnel, stage }] : [];
    })
    .sort((a, b) => b.emailed - a.emailed || Number(a.campaign) - Number(b.campaign))
    .slice(0, MAX_CAMPAIGNS);
  const names = new Map<string, string>();
  for (const [connection, own] of Map.groupBy(counts, (row) => row.connection)) {
    const wanted = own.map(({ campaign }) => ({ kind: 'campaign' as const, id: Number(campaign) }));
    for (const { id, name } of await senderNames(db, connection, wanted))
      names.set(`${connection}/${id}`, name);
  }
  return counts.map(({ connection, campaign, funnel, stage, emailed, opened, clicked }) => ({
    ...{ connection, campaign, emailed, opened, clicked },
    name: names.get(`${connection}/${campaign}`) ?? null,
    pipeline: { id: funnel.pipelineId, name: funnel.name },
    stage: { id: stage.id, name: stage.name, color: stage.color },
    entered: stage.entered,
  }));
}
