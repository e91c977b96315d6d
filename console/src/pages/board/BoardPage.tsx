import { Alert, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { get, post } from '../../api/client.ts';
import { rulesQuery, sessionQuery } from '../../api/queries.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { boardTexts as labels, texts } from '../../texts.ts';
import { BreakPanel } from './BreakPanel.tsx';
import { Columns } from './Columns.tsx';
import { DealCard } from './DealCard.tsx';
import { Mailbox } from './Mailbox.tsx';
import { NewDeal } from './NewDeal.tsx';
import { StoryPanel } from './StoryPanel.tsx';
import type { Board, BoardAction, Outage, StageRules, Story } from './types.ts';

const boardQuery = queryOptions({
  queryKey: ['demo', 'board'],
  queryFn: ({ signal }) => get<Board>('/api/demo/board', {}, signal),
  refetchInterval: 700,
});

/** The demo's two sides: the deals as a board, a deal's card, and its client's mailbox. */
export function BoardPage() {
  const isDemo = useQuery(sessionQuery).data?.demo ?? false;
  if (!isDemo)
    return (
      <Stack>
        <PageTitle>{labels.title}</PageTitle>
        <div className="card">
          <Empty title={labels.onlyDemo} hint={labels.onlyDemoHint} />
        </div>
      </Stack>
    );
  return <DemoBoard />;
}

function DemoBoard() {
  const { deal: chosen } = useSearch({ from: '/shell/demo' });
  const navigate = useNavigate({ from: '/demo' });
  const client = useQueryClient();
  const board = useQuery(boardQuery);
  const rules = useRulesOfStages();
  const choose = (deal: number) =>
    void navigate({ search: (before) => ({ ...before, deal }), replace: true });
  const doing = useMutation({
    mutationFn: ({ what, ...rest }: BoardAction) => post<{ deal?: number }>(`/api/demo/${what}`, rest),
    onSuccess: (answer) => {
      if (answer.deal !== undefined) choose(answer.deal);
      return client.invalidateQueries({ queryKey: boardQuery.queryKey });
    },
  });
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="xs">
        <PageTitle>{labels.title}</PageTitle>
        <NewDeal onDo={doing.mutate} />
      </Group>
      <Text size="sm" c="dimmed" maw={760}>
        {labels.lead}
      </Text>
      {doing.error ? (
        <Alert
          color="red"
          role="alert"
          withCloseButton
          onClose={doing.reset}
          closeButtonLabel={texts.replay.close}
        >
          {doing.error.message}
        </Alert>
      ) : null}
      <Answered of={board}>
        {(data) => {
          const told = toldDeal(data.story);
          const deal = data.deals.find(({ id }) => id === (chosen ?? told));
          return (
            <>
              <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
                <StoryPanel
                  story={data.story}
                  isBroken={data.outages.some(isOpen)}
                  onDo={doing.mutate}
                  onShow={choose}
                />
                <BreakPanel board={data} onDo={doing.mutate} />
              </SimpleGrid>
              <Columns
                board={data}
                rules={rules}
                chosen={deal?.id}
                storyDeal={told}
                onChoose={choose}
                onDo={doing.mutate}
              />
              <Text size="xs" c="dimmed" hiddenFrom="md">
                {labels.scroll}
              </Text>
              {deal ? (
                <DealCard deal={deal} stages={data.stages} onDo={doing.mutate} />
              ) : (
                <Text size="sm" c="dimmed">
                  {labels.choose}
                </Text>
              )}
              {data.tests.map((mailbox) => (
                <Mailbox key={mailbox.email} mailbox={mailbox} onDo={doing.mutate} />
              ))}
            </>
          );
        }}
      </Answered>
    </Stack>
  );
}

const isOpen = ({ state }: Outage) => state === 'broken' || state === 'recovering';

/** The deal of the running step, or of the last one. */
function toldDeal({ scenes }: Story): number | null {
  const begun = scenes.flatMap(({ steps }) => steps).filter(({ state }) => state !== 'waiting');
  return begun.at(-1)?.deal ?? null;
}

function useRulesOfStages(): StageRules | null {
  const { names } = useConnection();
  const rules = useQuery(rulesQuery(names[0] ?? ''));
  if (!rules.data) return null;
  // Stages 142 and 143 are in every pipeline: the board's comes first.
  const stages = rules.data.pipelines.toReversed().flatMap((pipeline) => pipeline.stages);
  return new Map(
    stages.flatMap(({ id, color, rule }) =>
      id === null ? [] : [[id, { color, event: rule?.event ?? null }] as const],
    ),
  );
}
