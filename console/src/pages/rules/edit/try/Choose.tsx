import { Button, Group, SegmentedControl, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getActivity } from '../../../../api/queries.ts';
import { relative } from '../../../../parts/when.ts';
import { ruleTexts, texts } from '../../../../texts.ts';
import type { Pipeline } from '../kommo-stages.ts';
import { DealSelect } from '../preview/DealSelect.tsx';
import type { SampleDeal } from '../preview/kept-deal.ts';
import { useSampleDeal } from '../preview/useSampleDeal.ts';
import { type Place, StageSelect } from '../StageSelect.tsx';

const labels = ruleTexts.try;

/** What the draft is tried on, as the API takes it. */
export type On =
  | { kind: 'deal'; dealId: number; pipelineId: number; stageId: number }
  | { kind: 'event'; id: number };

interface ChooseProps {
  connection: string;
  pipelines: readonly Pipeline[];
  isBusy: boolean;
  onChoose(on: On, deal?: SampleDeal): void;
}

export function Choose({ connection, pipelines, isBusy, onChoose }: ChooseProps) {
  const [kind, setKind] = useState<On['kind']>('deal');
  return (
    <Stack gap="sm">
      <SegmentedControl
        w="fit-content"
        aria-label={labels.kind}
        data={[
          { value: 'deal', label: labels.deal },
          { value: 'event', label: labels.event },
        ]}
        value={kind}
        onChange={(value) => setKind(value as On['kind'])}
      />
      {kind === 'deal' ? (
        <OnDeal connection={connection} pipelines={pipelines} isBusy={isBusy} onChoose={onChoose} />
      ) : (
        <OnEvent connection={connection} onChoose={onChoose} />
      )}
    </Stack>
  );
}

function OnDeal({ connection, pipelines, isBusy, onChoose }: ChooseProps) {
  const [place, setPlace] = useState<Place | null>(null);
  const [isAsked, setAsked] = useState(false);
  const { deal, choose } = useSampleDeal(connection, place);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        const [pipelineId, stageId] = [place?.pipeline.id, place?.stage.id];
        if (deal && pipelineId && stageId)
          onChoose({ kind: 'deal', dealId: deal.id, pipelineId, stageId }, deal);
      }}
    >
      <Group align="flex-start" gap="sm">
        <DealSelect
          connection={connection}
          place={place}
          label={labels.whichDeal}
          value={deal}
          onChange={choose}
          error={isAsked && !deal ? labels.noDeal : undefined}
          w={{ base: '100%', sm: 300 }}
        />
        <StageSelect
          pipelines={pipelines}
          label={labels.toStage}
          placeholder={labels.toStageHint}
          value={place}
          onChange={setPlace}
          error={isAsked && !place?.stage.id ? labels.noStage : undefined}
          w={{ base: '100%', sm: 260 }}
        />
        <Button type="submit" mt={{ base: 0, sm: 25 }} loading={isBusy}>
          {labels.button}
        </Button>
      </Group>
    </form>
  );
}

function OnEvent({ connection, onChoose }: Pick<ChooseProps, 'connection' | 'onChoose'>) {
  const latest = useQuery({
    queryKey: ['latest-events', connection],
    queryFn: ({ signal }) => getActivity({ connection }, null, signal),
    // A list that moves while one reads it is of no use.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <Select
      label={labels.whichEvent}
      placeholder={latest.isPending ? texts.states.loading : labels.whichEventHint}
      description={latest.error?.message}
      data={(latest.data?.rows ?? []).map(({ id, title, person, at }) => ({
        value: String(id),
        label: [title, person, relative(at, Date.now())].filter(Boolean).join(' · '),
      }))}
      searchable
      nothingFoundMessage={texts.activity.empty}
      onChange={(id) => id && onChoose({ kind: 'event', id: Number(id) })}
      maw={576}
      maxDropdownHeight={320}
    />
  );
}
