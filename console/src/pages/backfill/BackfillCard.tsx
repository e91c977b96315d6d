import { Alert, Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { nowQuery } from '../../api/queries.ts';
import type { Backfill } from '../../api/types.ts';
import { useMayEdit } from '../../api/useMayEdit.ts';
import { number } from '../../languages/locale.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Answered } from '../../parts/States.tsx';
import { backfillTexts } from '../../texts.ts';
import classes from './backfill.module.css';
import { Outcomes } from './Outcomes.tsx';
import { backfillQuery } from './queries.ts';
import { RunControls } from './RunControls.tsx';
import { RunProgress } from './RunProgress.tsx';
import { StartForm } from './StartForm.tsx';

/** One backfill: its plan and how to start it, its progress, or what came of it. */
export function BackfillCard({ id }: { id: number }) {
  const backfill = useQuery(backfillQuery(id));
  return (
    <Stack
      component="section"
      gap="sm"
      className={`card ${classes.card}`}
      aria-label={backfillTexts.card(id)}
    >
      <Answered of={backfill} lines={5}>
        {(data) => <Content backfill={data} />}
      </Answered>
    </Stack>
  );
}

function Content({ backfill }: { backfill: Backfill }) {
  const { id, state, conditions, plan, counts, startedAt, problem } = backfill;
  const mayEdit = useMayEdit(backfill.connection);
  const isHeldUp = useIsPaused(backfill.connection) && (state === 'running' || state === 'planning');
  const shown = startedAt === null ? plan?.counts : counts;
  return (
    <>
      <Group justify="space-between" align="flex-start" gap="xs">
        <Stack gap={2}>
          <Title order={3} fz="lg">
            {conditions.length === 0 ? backfillTexts.allDeals : backfillTexts.conditions(conditions)}
          </Title>
          <Text size="sm" c="dimmed" role="status">
            {isHeldUp ? backfillTexts.connectionPaused : backfillTexts.states[state]} · {backfill.createdBy},{' '}
            <Ago at={backfill.createdAt} />
          </Text>
        </Stack>
        {mayEdit ? <RunControls backfill={backfill} /> : null}
      </Group>
      {problem === null ? null : (
        <Alert color="yellow" role="alert">
          {problem}
        </Alert>
      )}
      {state === 'running' || state === 'paused' ? (
        <RunProgress backfill={backfill} isMoving={state === 'running' && !isHeldUp} />
      ) : null}
      {startedAt === null && plan ? <PlanFacts plan={plan} /> : null}
      {shown ? <Outcomes backfill={backfill} deals={shown.deals} /> : null}
      <HeldEvents backfill={backfill} />
      {state === 'planned' && mayEdit ? <StartForm key={id} backfill={backfill} /> : null}
    </>
  );
}

function useIsPaused(connection: string): boolean {
  const connections = useQuery(nowQuery).data?.connections ?? [];
  return connections.some(({ name, state }) => name === connection && state === 'paused');
}

function PlanFacts({ plan }: { plan: NonNullable<Backfill['plan']> }) {
  const { facts, about } = backfillTexts;
  const { isExact, counts } = plan;
  return (
    <Stack gap={4}>
      <Facts>
        <dt>{facts.deals}</dt>
        <dd>{about(isExact, number(plan.deals))}</dd>
        <dt>{facts.profiles}</dt>
        <dd>{backfillTexts.profiles(counts.newPeople, plan.workspacePeople)}</dd>
        {counts.updatedPeople > 0 ? (
          <>
            <dt>{facts.updates}</dt>
            <dd>{about(isExact, number(counts.updatedPeople))}</dd>
          </>
        ) : null}
        <dt>{facts.calls}</dt>
        <dd>{about(isExact, backfillTexts.calls(plan.kommoCalls, plan.customerioCalls))}</dd>
        <dt>{facts.time}</dt>
        <dd>{backfillTexts.timeAtLeast(backfillTexts.span(plan.seconds))}</dd>
      </Facts>
      <Text size="sm" c="dimmed">
        {isExact ? backfillTexts.exact : backfillTexts.estimate(plan.read)}
      </Text>
    </Stack>
  );
}

function HeldEvents({ backfill: { eventStages, connection } }: { backfill: Backfill }) {
  const held = eventStages.filter(({ holdId }) => holdId !== null);
  if (held.length === 0) return null;
  return (
    <Alert color="blue">
      <Stack gap={4}>
        {held.map(({ title }) => (
          <Text key={title} size="sm">
            {backfillTexts.held(title)}
          </Text>
        ))}
        <Anchor size="sm" renderRoot={(props) => <Link to="/held" search={{ connection }} {...props} />}>
          {backfillTexts.seeHeld}
        </Anchor>
      </Stack>
    </Alert>
  );
}
