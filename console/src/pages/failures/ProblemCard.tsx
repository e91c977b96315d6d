import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { FailureGroup } from '../../api/types.ts';
import { useMayEdit } from '../../api/useMayEdit.ts';
import { counted } from '../../languages/locale.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Fold } from '../../parts/Fold.tsx';
import { ReplayIcon, TrashIcon } from '../../parts/icons.tsx';
import { Light } from '../../parts/Light.tsx';
import { problemTexts as labels, sideLabels } from '../../texts.ts';
import { firstStep } from './first-step.ts';
import classes from './ProblemCard.module.css';
import { followersSentence, nameOf, problemSentence } from './problem-sentence.ts';

const TONES = { email: 'bad', deal: 'warning', none: 'nothing' } as const;

interface ProblemCardProps {
  group: FailureGroup;
  onReplay(group: FailureGroup): void;
  onDiscard(group: FailureGroup): void;
}

/** What did not happen for whom and why, the first step, and then the retry. */
export function ProblemCard(props: ProblemCardProps) {
  const { group } = props;
  const { connection, count, first, last, urgency, owner, todo } = group;
  const mayEdit = useMayEdit(connection);
  const title = problemSentence(group);
  const followers = followersSentence(group);
  return (
    <Stack component="section" className={`card ${classes.problem}`} aria-label={title} gap="sm">
      <div>
        <Title order={2} className={classes.title}>
          {title}
        </Title>
        <Group gap={6} mt={4} wrap="nowrap" align="baseline">
          <Light tone={TONES[urgency]} />
          <Text size="sm" c="dimmed">
            {labels.urgency[urgency]} · {connection} · {labels.since} <Ago at={first} />
            {count > 1 ? (
              <>
                , {labels.last} <Ago at={last} />
              </>
            ) : null}
          </Text>
        </Group>
      </div>
      {followers ? <Text size="sm">{followers}</Text> : null}
      <Facts>
        <dt>{labels.todo}</dt>
        <dd>
          {labels.owner[owner] ?? owner}: {todo}
        </dd>
        <dt>{labels.affected}</dt>
        <dd>
          <Affected group={group} />
        </dd>
      </Facts>
      <Group gap="xs">
        <StepButton group={group} />
        {mayEdit ? <Buttons {...props} /> : null}
      </Group>
      <Details group={group} />
    </Stack>
  );
}

function StepButton({ group }: { group: FailureGroup }) {
  const step = firstStep(group);
  if (step === null) return null;
  return (
    <Button size="xs" renderRoot={(props) => <Link to={step.to} search={step.search} {...props} />}>
      {step.label}
    </Button>
  );
}

/** Some of the clients, each as a link to their page. */
function Affected({ group: { examples, connection, subjects } }: { group: FailureGroup }) {
  const others = subjects - examples.length;
  return (
    <ul className={classes.affected}>
      {examples.map((example) => {
        const { id, dealId, deal, client, person } = example;
        const q = dealId === null ? person : String(dealId);
        return (
          <li key={id}>
            {q === null ? (
              nameOf(example)
            ) : (
              <Anchor
                size="sm"
                renderRoot={(props) => <Link to="/subject" search={{ q, connection }} {...props} />}
              >
                {nameOf(example)}
              </Anchor>
            )}
            {client !== null && deal !== null ? (
              <Text span size="xs" c="dimmed">
                {' '}
                {deal}
              </Text>
            ) : null}
          </li>
        );
      })}
      {others > 0 ? <li>{labels.more(others)}</li> : null}
    </ul>
  );
}

function Details({ group: { words, names, count, lane, examples } }: { group: FailureGroup }) {
  return (
    <Fold title={labels.details}>
      <Facts>
        <dt>{labels.error}</dt>
        <dd>
          <p className={classes.words}>{examples[0]?.words ?? words ?? labels.noWords}</p>
        </dd>
        <dt>{labels.action}</dt>
        <dd>{labels.actionTo(counted(count, names), sideLabels[lane])}</dd>
      </Facts>
    </Fold>
  );
}

function Buttons({ group, onReplay, onDiscard }: ProblemCardProps) {
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<ReplayIcon size={14} />}
        disabled={group.removed}
        onClick={() => onReplay(group)}
      >
        {labels.replay}
      </Button>
      <Button
        size="xs"
        variant="subtle"
        color="gray"
        leftSection={<TrashIcon size={14} />}
        onClick={() => onDiscard(group)}
      >
        {labels.discard}
      </Button>
    </>
  );
}
