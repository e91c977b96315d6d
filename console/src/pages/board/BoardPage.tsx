import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Board } from '../../../../src/commands/demo/contract.ts';
import { get, post } from '../../api/client.ts';
import { rulesQuery, sessionQuery } from '../../api/queries.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { texts } from '../../texts.ts';
import { Columns } from './Columns.tsx';
import { DealCard } from './DealCard.tsx';
import type { BoardAction, StageRules } from './types.ts';

const labels = texts.board;

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
        <Button size="xs" onClick={() => doing.mutate({ what: 'deal' })}>
          {labels.add}
        </Button>
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
          const deal = data.deals.find(({ id }) => id === chosen);
          return (
            <>
              <Columns board={data} rules={rules} chosen={chosen} onChoose={choose} onDo={doing.mutate} />
              {deal ? (
                <DealCard deal={deal} stages={data.stages} onDo={doing.mutate} />
              ) : (
                <Text size="sm" c="dimmed">
                  {labels.choose}
                </Text>
              )}
            </>
          );
        }}
      </Answered>
    </Stack>
  );
}

function useRulesOfStages(): StageRules {
  const { names } = useConnection();
  const rules = useQuery(rulesQuery(names[0] ?? ''));
  // Stages 142 and 143 are in every pipeline: the board's comes first.
  const stages = (rules.data?.pipelines ?? []).toReversed().flatMap((pipeline) => pipeline.stages);
  return new Map(
    stages.flatMap(({ id, color, rule }) =>
      id === null ? [] : [[id, { color, event: rule?.event ?? null }] as const],
    ),
  );
}
