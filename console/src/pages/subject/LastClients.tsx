import { Anchor, Stack, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { entriesQuery } from '../../api/queries.ts';
import { Ago } from '../../parts/Ago.tsx';
import { useConnection } from '../../shell/connection.ts';
import { subjectTexts as labels } from '../../texts.ts';
import { periodOf } from '../overview/period.ts';
import { StageName } from '../rules/StageName.tsx';
import classes from './LastClients.module.css';
import { lastClients } from './last-clients.ts';

const MOST = 8;

/** Before anything is typed: the clients whose deals have moved last. */
export function LastClients() {
  const { connection } = useConnection();
  const [openedAt] = useState(() => new Date());
  const found = useInfiniteQuery(entriesQuery({ ...periodOf({ period: '30d' }, openedAt), connection }));
  const clients = lastClients(found.data?.pages[0]?.entries ?? [], MOST);
  if (clients.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label={labels.last}>
      <Title order={2}>{labels.last}</Title>
      <ul className={`card ${classes.list}`}>
        {clients.map(({ event, connection: of, client, person, dealId, stage, enteredAt }) => (
          <li key={event} className={classes.client}>
            <Anchor
              size="sm"
              className="wrap"
              renderRoot={(props) => (
                <Link to="/subject" search={{ q: person ?? String(dealId), connection: of }} {...props} />
              )}
            >
              {client ?? person}
            </Anchor>
            <StageName name={stage.name} color={stage.color} />
            <Ago at={enteredAt} />
          </li>
        ))}
      </ul>
    </Stack>
  );
}
