import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Backfill } from '../../api/types.ts';
import { useMayEdit } from '../../api/useMayEdit.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered } from '../../parts/States.tsx';
import { backfillTexts } from '../../texts.ts';
import { OfConnection } from '../rules/OfConnection.tsx';
import { BackfillCard } from './BackfillCard.tsx';
import { FilterForm } from './FilterForm.tsx';
import { backfillsQuery } from './queries.ts';

/** Brings the clients of deals that are in Kommo already to Customer.io: which deals, the plan, the run. */
export function BackfillPage() {
  return (
    <Stack gap="md" maw={960}>
      <PageTitle>{backfillTexts.title}</PageTitle>
      <OfConnection to="/backfill">{(connection) => <OfOne connection={connection} />}</OfConnection>
    </Stack>
  );
}

function OfOne({ connection }: { connection: string }) {
  const backfills = useQuery(backfillsQuery(connection));
  return (
    <>
      <Text>{backfillTexts.lead}</Text>
      <Answered of={backfills} lines={6}>
        {(data) => <Lists connection={connection} backfills={data.backfills} />}
      </Answered>
    </>
  );
}

function Lists({ connection, backfills }: { connection: string; backfills: Backfill[] }) {
  const mayEdit = useMayEdit(connection);
  const isOpen = ({ state }: Backfill) => ['planning', 'planned', 'running', 'paused'].includes(state);
  const [newest] = backfills;
  const current = newest && isOpen(newest) ? [newest] : [];
  const others = backfills.filter((backfill) => !current.includes(backfill));
  return (
    <>
      {mayEdit ? null : <Text c="dimmed">{backfillTexts.viewer}</Text>}
      {current.map(({ id }) => (
        <BackfillCard key={id} id={id} />
      ))}
      {current.length === 0 && mayEdit ? <FilterForm key={connection} connection={connection} /> : null}
      {others.length > 0 ? (
        <Stack component="section" gap="sm" aria-label={backfillTexts.before}>
          <Title order={2}>{backfillTexts.before}</Title>
          {others.map(({ id }) => (
            <BackfillCard key={id} id={id} />
          ))}
        </Stack>
      ) : null}
    </>
  );
}
