import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import type { ConnectionChecks, Finding } from '../../api/types.ts';
import { useRole } from '../../api/useRole.ts';
import { Light } from '../../parts/Light.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { texts } from '../../texts.ts';
import classes from './ConnectionCard.module.css';
import { FINDING_TONES, keepChecks } from './findings.ts';

const labels = texts.connections;

interface FindingLineProps {
  finding: Finding;
  connection: string;
  mayBeMended: boolean;
}

/** What one check has found, what to do, and the button where Stagepost can do it. */
export function FindingLine({ finding, connection, mayBeMended }: FindingLineProps) {
  const { check, status, message, todo, mend } = finding;
  return (
    <li className={classes.finding} data-status={status}>
      <Light tone={FINDING_TONES[status]} />
      <div className="wrap">
        <Text size="sm">
          <strong>{labels.checkLabels[check] ?? check}</strong>
          <span className="sr-only"> ({labels.statusLabels[status]})</span>
        </Text>
        <Text size="sm">
          <Readable text={message} />
        </Text>
        {mend && mayBeMended ? <Mend finding={finding} connection={connection} mend={mend} /> : null}
        {todo ? (
          <Text size="sm" c="dimmed">
            {mend ? `${labels.byHand} ` : ''}
            <Readable text={todo} />
          </Text>
        ) : null}
      </div>
    </li>
  );
}

function Mend({
  finding: { check },
  connection,
  mend: { does, needsPublicUrl },
}: {
  finding: Finding;
  connection: string;
  mend: NonNullable<Finding['mend']>;
}) {
  const isAdmin = useRole(connection) === 'admin';
  const mending = useMutation({
    mutationFn: () => post<ConnectionChecks>('/api/checks/mend', { connection, check }),
    onSuccess: keepChecks,
  });
  if (needsPublicUrl) return <Text size="sm">{labels.needsPublicUrl}</Text>;
  if (!isAdmin) return <Text size="sm">{labels.adminCan(does)}</Text>;
  return (
    <Group gap="xs" my={6} align="center">
      <Button size="compact-sm" loading={mending.isPending} onClick={() => mending.mutate()}>
        {labels.mend}
      </Button>
      <Text size="sm">{labels.mendDoes(does)}</Text>
      {mending.error ? (
        <Text size="sm" c="red" role="alert">
          {mending.error.message}
        </Text>
      ) : null}
    </Group>
  );
}
