import { Alert, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { healthQuery, nowQuery } from '../../api/queries.ts';
import type { Lane, Side } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { WarningIcon } from '../../parts/icons.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { useConnection } from '../../shell/connection.ts';
import { sideLabels, texts } from '../../texts.ts';
import { type StoppedSide, stoppedSides } from './stopped-sides.ts';

/** The sides of the chosen connection, or of all, that do not work at the moment. */
export function useStoppedSides(): StoppedSide[] {
  const { connection } = useConnection();
  const { data: now } = useQuery(nowQuery);
  const { data: health } = useQuery(healthQuery);
  const shown = (now?.connections ?? []).filter(
    ({ name }) => connection === undefined || name === connection,
  );
  return stoppedSides(shown, health);
}

/** What does not work at the moment. Its actions have not failed, but a person may have to act. */
export function StoppedSides({ sides }: { sides: readonly StoppedSide[] }) {
  return sides.map(({ connection, side, lane, items }) =>
    lane === null ? (
      <Broken key={`${connection} ${side}`} connection={connection} side={side} items={items} />
    ) : (
      <Stopped key={`${connection} ${side}`} connection={connection} side={side} lane={lane} />
    ),
  );
}

function Broken({ connection, side, items }: Omit<StoppedSide, 'lane'>) {
  return (
    <Alert
      color={items.some(({ light }) => light === 'broken') ? 'red' : 'yellow'}
      icon={<WarningIcon />}
      title={texts.failures.broken(connection, sideLabels[side])}
    >
      <Stack gap="xs">
        {items.map(({ code, message, todo, since }) => (
          <div key={code}>
            <Text size="sm">{message}</Text>
            <Text size="sm">
              <Readable text={todo} /> {texts.now.since} <Ago at={since} />.
            </Text>
          </div>
        ))}
      </Stack>
    </Alert>
  );
}

function Stopped({ connection, side, lane }: { connection: string; side: Side; lane: Lane }) {
  const { state, reason, until, waiting } = lane;
  const labels = state === 'held' ? texts.failures.heldSummary : texts.failures.waitsSummary;
  return (
    <Alert
      color={state === 'held' ? 'red' : 'yellow'}
      icon={<WarningIcon />}
      title={labels(connection, sideLabels[side])}
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
