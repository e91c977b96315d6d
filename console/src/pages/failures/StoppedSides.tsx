import { Alert, Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { healthQuery, nowQuery } from '../../api/queries.ts';
import type { HealthItem, Lane } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Fold } from '../../parts/Fold.tsx';
import { WarningIcon } from '../../parts/icons.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { useConnection } from '../../shell/connection.ts';
import { problemTexts as labels, sideLabels, texts } from '../../texts.ts';
import { type StoppedSide, stoppedSides } from './stopped-sides.ts';
import { Waiting } from './Waiting.tsx';

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

/** What does not work at the moment, with what waits for it. A person may have to act. */
export function StoppedSides({ sides }: { sides: readonly StoppedSide[] }) {
  return sides.map((side) => <Stopped key={`${side.connection} ${side.side}`} stopped={side} />);
}

function Stopped({ stopped }: { stopped: StoppedSide }) {
  const { connection, lane, items } = stopped;
  const isBroken = lane?.state === 'held' || items.some(({ light }) => light === 'broken');
  return (
    <Alert color={isBroken ? 'red' : 'yellow'} icon={<WarningIcon />} title={titleOf(stopped)}>
      <Stack gap="xs" align="flex-start">
        {items.map((item) => (
          <Item key={item.code} item={item} />
        ))}
        {lane?.reason && items.length === 0 ? <Text size="sm">{lane.reason}</Text> : null}
        <Waiting connection={connection} />
        {lane?.until ? (
          <Text size="sm">
            {labels.nextTry} <Ago at={lane.until} />
          </Text>
        ) : null}
        {lane?.state === 'held' || items.some(({ page }) => page === 'connections') ? (
          <Button
            size="xs"
            renderRoot={(props) => <Link to="/connections" search={{ connection }} {...props} />}
          >
            {labels.steps.connections}
          </Button>
        ) : null}
        <Reason lane={lane} isSaid={items.length === 0} />
      </Stack>
    </Alert>
  );
}

function titleOf({ connection, side, lane }: StoppedSide): string {
  const label = sideLabels[side];
  if (lane === null) return labels.broken(connection, label);
  return (lane.state === 'held' ? labels.heldSummary : labels.waitsSummary)(connection, label);
}

function Item({ item: { message, todo, since } }: { item: HealthItem }) {
  return (
    <div>
      <Text size="sm">{message}</Text>
      <Text size="sm">
        <Readable text={todo} /> {texts.now.since} <Ago at={since} />.
      </Text>
    </div>
  );
}

/** The other side's own words, where the alert has not said them. */
function Reason({ lane, isSaid }: { lane: Lane | null; isSaid: boolean }) {
  if (!lane?.reason || isSaid) return null;
  return (
    <Fold title={labels.details}>
      <Text size="sm">{lane.reason}</Text>
    </Fold>
  );
}
