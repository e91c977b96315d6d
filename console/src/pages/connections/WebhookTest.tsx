import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import type { Side, Tested } from '../../api/types.ts';
import { useRole } from '../../api/useRole.ts';
import { Fold } from '../../parts/Fold.tsx';
import { Json } from '../../parts/Json.tsx';
import { Light } from '../../parts/Light.tsx';
import { Failed } from '../../parts/States.tsx';
import { sideLabels, texts } from '../../texts.ts';
import classes from './ConnectionCard.module.css';

const labels = texts.connections;

interface WebhookTestProps {
  connection: string;
  side: Side;
  publicUrl: string | null;
}

/** Sends Stagepost a webhook as this side would, and shows step by step what became of it. */
export function WebhookTest({ connection, side, publicUrl }: WebhookTestProps) {
  const mayEdit = useRole(connection) !== 'viewer';
  const test = useMutation({
    mutationFn: () => post<Tested>('/api/checks/test', { connection, side }),
  });
  if (!mayEdit) return null;
  return (
    <Stack gap="xs" align="flex-start" className={classes.test}>
      <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
        {labels.test(sideLabels[side])}
      </Button>
      <Text size="xs" c="dimmed">
        {labels.testHint(publicUrl)}
      </Text>
      {test.error ? <Failed error={test.error} again={() => test.mutate()} /> : null}
      {test.data ? <Steps tested={test.data} /> : null}
    </Stack>
  );
}

const STATE_TONES = { good: 'good', bad: 'bad', waiting: 'waiting' } as const;

function Steps({ tested: { steps, request } }: { tested: Tested }) {
  return (
    <div role="status" className={classes.result}>
      <ol className={classes.findings}>
        {steps.map(({ state, text }) => (
          <li key={text} className={classes.finding}>
            <Light tone={STATE_TONES[state]} />
            <Text size="sm" className="wrap">
              <span className="sr-only">{labels.stateLabels[state]}: </span>
              {text}
            </Text>
          </li>
        ))}
      </ol>
      {request ? (
        <Fold title={labels.stored}>
          <Json value={request.body} label={labels.stored} />
        </Fold>
      ) : null}
    </div>
  );
}
