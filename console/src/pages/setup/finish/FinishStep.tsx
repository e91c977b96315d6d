import { Alert, Anchor, Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Setup } from '../../../api/types.ts';
import { setupTexts } from '../../../texts.ts';
import { Reporting } from '../customerio/Reporting.tsx';
import { EventList } from '../EventList.tsx';
import { FindingList } from '../FindingList.tsx';
import { useAnswer } from '../queries.ts';
import { StepFrame } from '../StepFrame.tsx';
import { STEPS } from '../steps.ts';
import { PartList } from './PartList.tsx';

const labels = setupTexts.finish;

/** What is about to be made, the button that makes it, and the list that turns green. */
export function FinishStep({ setup }: { setup: Setup }) {
  const { name, finish } = setup;
  const begin = useAnswer<Record<string, never>>(name, 'finish');
  const open = STEPS.find((step) => step !== 'finish' && setup[step].state !== 'done');
  const wasTried = finish.parts.some(({ state }) => state !== 'waiting');
  // The lights follow by themselves.
  const needsRepeat = finish.parts.some(
    ({ part, state }) => part !== 'lights' && state !== 'done' && state !== 'skipped',
  );
  const isByHand = finish.parts.some(({ part, state }) => part === 'reporting_webhook' && state === 'person');
  return (
    <StepFrame
      name={name}
      step="finish"
      title={titleOf(setup)}
      lead={finish.isConnected || finish.isRunning ? labels.leadRunning : labels.lead}
      isDone={finish.state === 'done'}
      isLocked={finish.isConnected}
    >
      <PartList parts={finish.parts} />
      {isByHand ? <Reporting reporting={setup.customerio.reporting} /> : null}
      <FindingList findings={finish.findings} />
      {finish.isConnected ? <EventList events={setup.rules.events} /> : null}
      {begin.error ? (
        <Alert color="red" role="alert">
          {begin.error.message}
        </Alert>
      ) : null}
      {open === undefined ? null : <Text size="sm">{labels.notYet(setupTexts.stepLabels[open])}</Text>}
      {finish.isConnected && !finish.isRunning ? <Next setup={setup} /> : null}
      {needsRepeat ? (
        <Group>
          <Button
            variant={finish.isConnected ? 'default' : 'filled'}
            loading={begin.isPending || finish.isRunning}
            disabled={open !== undefined}
            onClick={() => begin.mutate({})}
          >
            {wasTried ? labels.again : labels.button}
          </Button>
        </Group>
      ) : null}
    </StepFrame>
  );
}

function titleOf({ finish }: Setup): string {
  if (finish.state === 'done') return labels.doneTitle;
  if (finish.isRunning) return labels.running;
  if (!finish.isConnected) return labels.title;
  return finish.parts.some(({ state }) => state === 'failed') ? labels.waitingTitle : labels.doneTitle;
}

function Next({ setup: { name } }: { setup: Setup }) {
  const search = { connection: name };
  return (
    <Stack gap="xs">
      <Text fw={500} role="status">
        {labels.done}
      </Text>
      <Title order={3} fz="md">
        {labels.next}
      </Title>
      <List size="sm">
        <List.Item>
          <Anchor size="sm" renderRoot={(props) => <Link to="/backfill" search={search} {...props} />}>
            {labels.toBackfill}
          </Anchor>
        </List.Item>
        <List.Item>
          <Anchor size="sm" renderRoot={(props) => <Link to="/" search={search} {...props} />}>
            {labels.toNow}
          </Anchor>
        </List.Item>
        <List.Item>
          <Anchor size="sm" renderRoot={(props) => <Link to="/rules" search={search} {...props} />}>
            {labels.toRules}
          </Anchor>
        </List.Item>
        <List.Item>
          <Anchor size="sm" renderRoot={(props) => <Link to="/connections" search={search} {...props} />}>
            {labels.toConnections}
          </Anchor>
        </List.Item>
      </List>
    </Stack>
  );
}
