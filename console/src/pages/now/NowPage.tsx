import { Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { nowQuery } from '../../api/queries.ts';
import type { ConnectionNow, Now } from '../../api/types.ts';
import { Light } from '../../parts/Light.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Loading } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { texts } from '../../texts.ts';
import { problemsOf } from './problems.ts';
import { CustomerioCard, KommoCard } from './SideCard.tsx';
import { Tiles } from './Tiles.tsx';
import { Verdict } from './Verdict.tsx';

/** The charts' library is as large as all the rest: the numbers do not wait for it. */
const ChartsPart = lazy(() => import('./ChartsPart.tsx'));

export function NowPage() {
  const { connection } = useConnection();
  const now = useQuery(nowQuery);
  return (
    <Stack gap="lg">
      <PageTitle isHidden mark={markOf(now.data)}>
        {texts.now.title}
      </PageTitle>
      <Answered of={now} lines={6}>
        {(data) => <Glance now={narrowed(data, connection)} />}
      </Answered>
      <Suspense fallback={<Loading />}>
        <ChartsPart connection={connection} />
      </Suspense>
    </Stack>
  );
}

/** Shows the number of issues in the browser tab's title. */
function markOf(now: Now | undefined): string {
  const bad = now ? problemsOf(now).filter(({ tone }) => tone === 'bad').length : 0;
  return bad === 0 ? '' : `(${bad}) `;
}

function narrowed(now: Now, connection: string | undefined): Now {
  if (connection === undefined) return now;
  return { ...now, connections: now.connections.filter(({ name }) => name === connection) };
}

function Glance({ now }: { now: Now }) {
  return (
    <Stack gap="lg">
      <Verdict now={now} />
      {now.connections.map((connection) => (
        <One
          key={connection.name}
          connection={connection}
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

function One({ connection, since, isAlone }: { connection: ConnectionNow; since: number; isAlone: boolean }) {
  return (
    <Stack gap="sm" component="section" aria-label={connection.name}>
      {isAlone ? null : (
        <Group gap="xs">
          <Light
            tone={
              connection.state === 'waiting' ? 'bad' : connection.state === 'running' ? 'good' : 'nothing'
            }
          />
          <Title order={2}>{connection.name}</Title>
        </Group>
      )}
      <Title order={isAlone ? 2 : 3} fz={isAlone ? undefined : 'md'}>
        {texts.now.today}
      </Title>
      <Tiles connection={connection} since={since} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <KommoCard connection={connection} />
        <CustomerioCard connection={connection} />
      </SimpleGrid>
    </Stack>
  );
}
