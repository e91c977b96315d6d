import { Alert, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../../../api/client.ts';
import type { Preview } from '../../../../api/types.ts';
import { Answered } from '../../../../parts/States.tsx';
import { ruleTexts } from '../../../../texts.ts';
import { SaveCase } from '../../cases/SaveCase.tsx';
import { type Pipeline, ruleAtStage } from '../kommo-stages.ts';
import type { SampleDeal } from '../preview/kept-deal.ts';
import { SendTest } from '../send/SendTest.tsx';
import type { EditedRules } from '../useDraft.ts';
import { Choose, type On } from './Choose.tsx';
import { FoldedRequests, Sides } from './DecisionView.tsx';
import { isSame } from './requests.ts';

const labels = ruleTexts.try;

interface TryPartProps {
  connection: string;
  pipelines: readonly Pipeline[];
  rules: EditedRules;
  /** It has mistakes: nothing can be decided by it. */
  isWrong: boolean;
}

/** What would be sent for a deal or an event, exactly. Nothing is. */
export function TryPart({ connection, pipelines, rules, isWrong }: TryPartProps) {
  const [on, setOn] = useState<On | null>(null);
  const [deal, setDeal] = useState<SampleDeal | null>(null);
  const draft = rules.isTouched && !isWrong ? rules.draft : undefined;
  const preview = useQuery({
    queryKey: ['rule-preview', connection, on, draft ?? null],
    queryFn: () => post<Preview>('/api/rules/preview', { connection, on, ...(draft ? { draft } : {}) }),
    enabled: on !== null,
    placeholderData: undefined,
    retry: false,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const index = on?.kind === 'deal' ? ruleAtStage(pipelines, rules.form?.stages ?? [], on) : -1;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {labels.lead}
      </Text>
      <Choose
        connection={connection}
        pipelines={pipelines}
        isBusy={preview.isFetching}
        onChoose={(next, tried) => {
          setOn(next);
          setDeal(tried ?? null);
          // The same one again: the deal may have changed in Kommo.
          if (JSON.stringify(next) === JSON.stringify(on)) void preview.refetch();
        }}
      />
      {isWrong ? <Alert color="yellow">{labels.wrong}</Alert> : null}
      {!rules.isTouched ? <Text size="sm">{labels.untouched}</Text> : null}
      {on === null ? null : preview.isFetching && !preview.data ? (
        <Loader size="sm" aria-label={labels.looking} />
      ) : (
        <>
          <Answered of={preview}>{(data) => <Result {...data} />}</Answered>
          {preview.data ? (
            <Stack gap="xs" key={JSON.stringify(on)}>
              <SaveCase connection={connection} on={on} />
              {index === -1 || deal === null ? null : (
                <SendTest {...{ connection, draft, deal, isWrong }} rule={{ part: 'stages', index }} />
              )}
            </Stack>
          ) : null}
        </>
      )}
    </Stack>
  );
}

function Result({ title, now, draft }: Preview) {
  return (
    <Stack gap="sm" component="section" aria-label={labels.result}>
      <Text fw={600} className="wrap" role="status">
        {title} {draft && isSame(now, draft) ? labels.same : null}
      </Text>
      <Sides now={now} draft={draft} />
      <FoldedRequests now={now} draft={draft} />
    </Stack>
  );
}
