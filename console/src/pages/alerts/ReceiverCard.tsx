import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import type { AlertMessage, AlertReceiver } from '../../api/types.ts';
import { useRole } from '../../api/useRole.ts';
import { list } from '../../languages/locale.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Light } from '../../parts/Light.tsx';
import { alertTexts as texts } from '../../texts.ts';
import classes from './alerts.module.css';
import { MuteButton } from './MuteButton.tsx';
import { useTest } from './queries.ts';

const ALL_LEVELS = 3;
const ALL_TOPICS = 5;

interface ReceiverCardProps {
  receiver: AlertReceiver;
  /** The last message that it was sent; null where there was none. */
  last: AlertMessage | null;
}

/** One receiver: what it gets, how its last message went, and a test. */
export function ReceiverCard({ receiver, last }: ReceiverCardProps) {
  const { name, kind, target, failingSince } = receiver;
  const mayEdit = useRole() !== 'viewer';
  const test = useTest(name);
  const tone = failingSince !== null || last?.outcome === 'failed' ? 'bad' : last ? 'good' : 'nothing';
  return (
    <section className={`card ${classes.card}`} aria-label={name}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <Stack gap={2} className="wrap" flex="1 1 260px">
          <Group gap="xs" wrap="nowrap">
            <Light tone={tone} size={12} />
            <Title order={3} fz="md">
              {name}
            </Title>
          </Group>
          <Text size="sm">
            {texts.kinds[kind]} {target}
          </Text>
          <Text size="sm" c="dimmed">
            {getsText(receiver)}
          </Text>
          <State receiver={receiver} last={last} />
        </Stack>
        {mayEdit ? (
          <Group gap="xs">
            <Button
              size="compact-sm"
              variant="default"
              loading={test.isPending}
              onClick={() => test.mutate()}
              aria-label={texts.testOf(name)}
            >
              {texts.test}
            </Button>
            <MuteButton target={{ receiver: name }} about={name} />
          </Group>
        ) : null}
      </Group>
      {test.error ? (
        <Alert color="red" mt="sm" role="alert">
          {test.error.message}
        </Alert>
      ) : null}
      {test.data ? <TestOutcome name={name} message={test.data} /> : null}
    </section>
  );
}

function TestOutcome({ name, message }: { name: string; message: AlertMessage }) {
  const isDelivered = message.outcome === 'delivered';
  return (
    <Alert color={isDelivered ? 'teal' : 'red'} mt="sm" role="status" className="wrap">
      {isDelivered ? texts.delivered(name) : `${texts.notDelivered} ${message.error}`}
    </Alert>
  );
}

function State({ receiver: { failingSince, error, nextAttemptAt, waiting }, last }: ReceiverCardProps) {
  return (
    <Text size="sm" role="status">
      {failingSince === null ? (
        <LastMessage last={last} />
      ) : (
        <>
          {texts.fails} <Ago at={failingSince} />: {error}{' '}
          {nextAttemptAt === null ? null : (
            <>
              {texts.nextAttempt} <Ago at={nextAttemptAt} />.
            </>
          )}
        </>
      )}
      {waiting > 0 ? ` ${texts.waiting(waiting)}` : ''}
    </Text>
  );
}

function LastMessage({ last }: { last: AlertMessage | null }) {
  if (!last) return texts.never;
  if (last.outcome === 'failed') return `${texts.notDelivered} ${last.error}`;
  return (
    <>
      {last.isTest ? texts.testWorked : texts.works} <Ago at={last.at} />.
    </>
  );
}

/** "Gets failures and recoveries about health, only for acme." */
function getsText({ levels, topics, connections }: AlertReceiver): string {
  const what =
    levels.length === ALL_LEVELS ? texts.everything : list(levels.map((level) => texts.levels[level]));
  const about =
    topics.length === ALL_TOPICS ? '' : ` ${texts.about} ${list(topics.map((topic) => texts.topics[topic]))}`;
  const of = connections === null ? '' : `, ${texts.of(list(connections))}`;
  return texts.gets(`${what}${about}${of}`);
}
