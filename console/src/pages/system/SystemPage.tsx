import { Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { healthQuery, nowQuery } from '../../api/queries.ts';
import type { ConnectionHealth, ConnectionNow, Health, Now } from '../../api/types.ts';
import { Light } from '../../parts/Light.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Loading } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { texts } from '../../texts.ts';
import { ConnectionFlow } from './ConnectionFlow.tsx';
import { healthOfConnection, LIGHT_TONES } from './headline.ts';
import { CustomerioCard, KommoCard } from './SideCard.tsx';
import { Tiles } from './Tiles.tsx';
import { Verdict } from './Verdict.tsx';

/** The charts' library is as large as all the rest: the numbers do not wait for it. */
const ChartsPart = lazy(() => import('./ChartsPart.tsx'));

/** The plumbing: what works, what waits, and the calls of both sides. */
export function SystemPage() {
  const { connection } = useConnection();
  const now = useQuery(nowQuery);
  const health = useQuery(healthQuery);
  return (
    <Stack gap="lg">
      <PageTitle isHidden>{texts.nav.system}</PageTitle>
      <Answered of={health} lines={2}>
        {(data) => <Verdict health={healthOfConnection(data, connection)} />}
      </Answered>
      <Answered of={now} lines={6}>
        {(data) => <Glance now={narrowed(data, connection)} health={health.data} />}
      </Answered>
      <Suspense fallback={<Loading />}>
        <ChartsPart connection={connection} />
      </Suspense>
    </Stack>
  );
}

function narrowed(now: Now, connection: string | undefined): Now {
  if (connection === undefined) return now;
  return { ...now, connections: now.connections.filter(({ name }) => name === connection) };
}

function Glance({ now, health }: { now: Now; health: Health | undefined }) {
  return (
    <Stack gap="lg">
      {now.connections.map((connection) => (
        <One
          key={connection.name}
          connection={connection}
          health={health?.connections.find((each) => each.connection === connection.name)}
          since={now.since}
          isAlone={now.connections.length === 1}
        />
      ))}
      {now.countedTo === null ? (
        <Text size="sm" c="dimmed">
          {texts.now.catchingUp}
        </Text>
      ) : null}
    </Stack>
  );
}

interface OneProps {
  connection: ConnectionNow;
  /** Undefined before the first answer. */
  health: ConnectionHealth | undefined;
  since: number;
  isAlone: boolean;
}

function One({ connection, health, since, isAlone }: OneProps) {
  return (
    <Stack gap="sm" component="section" aria-label={connection.name}>
      {isAlone ? null : (
        <Group gap="xs">
          <Light tone={LIGHT_TONES[health?.light ?? 'unknown']} />
          <Title order={2}>{connection.name}</Title>
        </Group>
      )}
      <ConnectionFlow connection={connection} health={health} />
      <Title order={isAlone ? 2 : 3} fz={isAlone ? undefined : 'md'}>
        {texts.now.today}
      </Title>
      <Tiles connection={connection} since={since} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <KommoCard connection={connection} health={health} />
        <CustomerioCard connection={connection} health={health} />
      </SimpleGrid>
    </Stack>
  );
}
