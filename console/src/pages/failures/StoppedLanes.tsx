import { Alert, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { nowQuery } from '../../api/queries.ts';
import type { ConnectionNow } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { WarningIcon } from '../../parts/icons.tsx';
import { useConnection } from '../../shell/connection.ts';
import { sideLabels, texts } from '../../texts.ts';

/** Lanes that do not deliver at the moment. Their actions have not failed, but a person may have to act. */
export function StoppedLanes() {
  const { connection } = useConnection();
  const { data } = useQuery(nowQuery);
  const shown = (data?.connections ?? []).filter(
    ({ name }) => connection === undefined || name === connection,
  );
  return shown.flatMap((each) =>
    (['kommo', 'customerio'] as const).map((side) => (
      <Stopped key={`${each.name} ${side}`} of={each} side={side} />
    )),
  );
}

function Stopped({ of: { name, lanes }, side }: { of: ConnectionNow; side: 'kommo' | 'customerio' }) {
  const { state, reason, until, waiting } = lanes[side];
  if (state !== 'held' && state !== 'waiting') return null;
  const labels = state === 'held' ? texts.failures.heldSummary : texts.failures.waitsSummary;
  return (
    <Alert
      color={state === 'held' ? 'red' : 'yellow'}
      icon={<WarningIcon />}
      title={labels(name, sideLabels[side])}
    >
      <Stack gap={4}>
        {reason ? <Text size="sm">{reason}</Text> : null}
        {waiting > 0 ? <Text size="sm">{texts.failures.behind(waiting)}</Text> : null}
        {until !== null ? (
          <Text size="sm">
            {texts.failures.nextTry} <Ago at={until} />
          </Text>
        ) : null}
      </Stack>
    </Alert>
  );
}
