import { Alert, Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import type { ConnectionChecks, ConnectionHealth, ShownConnection, Side } from '../../api/types.ts';
import { useRole } from '../../api/useRole.ts';
import { Ago } from '../../parts/Ago.tsx';
import { ReplayIcon } from '../../parts/icons.tsx';
import { Light } from '../../parts/Light.tsx';
import { Failed, Loading } from '../../parts/States.tsx';
import { sideLabels, texts } from '../../texts.ts';
import { LIGHT_TONES } from '../system/headline.ts';
import classes from './ConnectionCard.module.css';
import { ConnectionFacts } from './ConnectionFacts.tsx';
import { FindingLine } from './FindingLine.tsx';
import { keepChecks, sumOf } from './findings.ts';
import { HealthLines } from './HealthLines.tsx';
import { ManageButtons } from './ManageButtons.tsx';
import { WebhookTest } from './WebhookTest.tsx';

const words = texts.connections;
const SIDES: readonly Side[] = ['kommo', 'customerio'];

/** One connection: what its checks have found at each side, and a test of each webhook. */
export function ConnectionCard({
  checks,
  listed,
  health,
  publicUrl,
}: {
  checks: ConnectionChecks;
  /** Undefined before the first answer. */
  listed: ShownConnection | undefined;
  /** Undefined before the first answer. */
  health: ConnectionHealth | undefined;
  publicUrl: string | null;
}) {
  const { connection, findings } = checks;
  const sum = sumOf(findings);
  return (
    <section className={`card ${classes.card}`} aria-label={connection}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <div>
          <Group gap="xs">
            <Light tone={LIGHT_TONES[health?.light ?? 'unknown']} size={12} />
            <Title order={2}>{connection}</Title>
          </Group>
          <Text size="sm" c="dimmed" role="status">
            {checks.running ? words.running : <LastRun checkedAt={checks.checkedAt} words={sum.words} />}
          </Text>
        </div>
        <Group gap="xs" align="flex-start">
          {listed ? <ManageButtons listed={listed} /> : null}
          <CheckAgain checks={checks} />
        </Group>
      </Group>
      {listed ? <ConnectionFacts listed={listed} /> : null}
      {health ? <HealthLines health={health} /> : null}
      {checks.place === 'elsewhere' ? (
        <Alert color="gray" mt="sm">
          {words.elsewhere}
        </Alert>
      ) : null}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" mt="md">
        {SIDES.map((side) => (
          <Stack key={side} component="section" gap="xs" aria-label={sideLabels[side]}>
            <Title order={3} fz="md">
              {sideLabels[side]}
            </Title>
            <Findings checks={checks} side={side} />
            {side === 'kommo' && listed?.kommo.pollEverySeconds ? null : (
              <WebhookTest connection={connection} side={side} publicUrl={publicUrl} />
            )}
          </Stack>
        ))}
      </SimpleGrid>
    </section>
  );
}

function LastRun({ checkedAt, words: sum }: { checkedAt: number | null; words: string }) {
  if (checkedAt === null) return words.never;
  return (
    <>
      {sum} {words.checked} <Ago at={checkedAt} />.
    </>
  );
}

function CheckAgain({ checks: { connection, place, running, checkedAt } }: { checks: ConnectionChecks }) {
  const mayEdit = useRole(connection) !== 'viewer';
  const check = useMutation({
    mutationFn: () => post<ConnectionChecks>('/api/checks', { connection }),
    onSuccess: keepChecks,
  });
  if (!mayEdit || place !== 'here') return null;
  return (
    <Stack gap="xs">
      <Button
        size="xs"
        variant="default"
        leftSection={<ReplayIcon size={14} />}
        loading={running || check.isPending}
        onClick={() => check.mutate()}
      >
        {checkedAt === null ? words.check : words.checkAgain}
      </Button>
      {check.error ? <Failed error={check.error} again={() => check.mutate()} /> : null}
    </Stack>
  );
}

function Findings({ checks, side }: { checks: ConnectionChecks; side: Side }) {
  const shown = checks.findings.filter((finding) => finding.side === side);
  if (shown.length === 0) return checks.running ? <Loading lines={4} /> : null;
  return (
    <ul className={classes.findings}>
      {shown.map((finding) => (
        <FindingLine
          key={`${finding.check} ${finding.message}`}
          finding={finding}
          connection={checks.connection}
          mayBeMended={checks.place === 'here'}
        />
      ))}
    </ul>
  );
}
