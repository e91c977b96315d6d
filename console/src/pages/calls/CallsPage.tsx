import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { callsQuery } from '../../api/queries.ts';
import type { Call } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { useNow } from '../../parts/clock.ts';
import { DealLink } from '../../parts/DealLink.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { callTexts as labels, texts } from '../../texts.ts';
import { Outside } from '../trace/TracePage.tsx';
import classes from './CallsPage.module.css';

/** Clients whom a task or a click in an email gives a reason to call. */
export function CallsPage() {
  const { connection, names } = useConnection();
  const calls = useQuery(callsQuery(connection));
  return (
    <Stack gap="sm" maw={960}>
      <div>
        <PageTitle>{labels.title}</PageTitle>
        <Text size="sm" c="dimmed">
          {labels.lead}
        </Text>
      </div>
      <Answered of={calls} lines={6}>
        {(found) => (
          <>
            <List calls={found.calls} withConnection={connection === undefined && names.length > 1} />
            {found.more ? (
              <Text size="sm" c="dimmed">
                {labels.more}
              </Text>
            ) : null}
          </>
        )}
      </Answered>
    </Stack>
  );
}

function List({ calls, withConnection }: { calls: Call[]; withConnection: boolean }) {
  const { connection } = useConnection();
  if (calls.length === 0)
    return (
      <div className="card">
        <Empty
          title={labels.none}
          hint={labels.noneHint}
          action={
            <Anchor size="sm" renderRoot={(props) => <Link to="/rules" search={{ connection }} {...props} />}>
              {labels.toRules}
            </Anchor>
          }
        />
      </div>
    );
  return (
    <ol className={`card ${classes.list}`}>
      {calls.map((call) => (
        <li key={`${call.connection}/${call.dealId}`} className={classes.call}>
          <Who call={call} withConnection={withConnection} />
          <Reasons call={call} />
        </li>
      ))}
    </ol>
  );
}

function Who({ call, withConnection }: { call: Call; withConnection: boolean }) {
  const { connection, client, person, dealId, deal, link } = call;
  return (
    <div>
      <Anchor
        size="sm"
        fw={600}
        className="wrap"
        renderRoot={(props) => (
          <Link to="/subject" search={{ q: person ?? String(dealId), connection }} {...props} />
        )}
      >
        {client ?? person ?? labels.unknown}
      </Anchor>
      <Group gap="4px 12px">
        <DealLink id={dealId} name={deal} connection={connection} />
        <Outside href={link}>{texts.trace.inKommo}</Outside>
        {withConnection ? (
          <Text size="sm" c="dimmed">
            {connection}
          </Text>
        ) : null}
      </Group>
    </div>
  );
}

function Reasons({ call: { tasks, click } }: { call: Call }) {
  const now = useNow(60_000);
  return (
    <Stack gap={6}>
      {tasks.map(({ text, dueAt, event }) => (
        <Reason key={`${event} ${text}`} text={text} event={event}>
          <Text span size="xs" c={dueAt < now ? 'red' : 'dimmed'}>
            {dueAt < now ? labels.overdue : labels.due} <Ago at={dueAt} />
          </Text>
        </Reason>
      ))}
      {click === null ? null : (
        <Reason text={labels.clicked} event={click.event}>
          <Text span size="xs" c="dimmed">
            <Ago at={click.at} />
          </Text>
        </Reason>
      )}
    </Stack>
  );
}

function Reason({ text, event, children }: { text: string; event: number; children: ReactNode }) {
  return (
    <div>
      <Text size="sm" className="wrap">
        {text}
      </Text>
      <Group gap="4px 12px">
        {children}
        <Anchor
          size="xs"
          renderRoot={(props) => <Link to="/activity/$id" params={{ id: String(event) }} {...props} />}
        >
          {labels.why}
        </Anchor>
      </Group>
    </div>
  );
}
