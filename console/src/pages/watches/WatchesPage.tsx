import { Anchor, Code, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { watchesQuery } from '../../api/queries.ts';
import type { Watches } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { DealLink } from '../../parts/DealLink.tsx';
import { LeftIcon } from '../../parts/icons.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { texts } from '../../texts.ts';
import { Outside } from '../trace/TracePage.tsx';
import classes from './WatchesPage.module.css';

const labels = texts.watches;

type Watch = Watches['watches'][number];

/** Whose next sign of life is awaited, and until when. */
export function WatchesPage() {
  const { connection, names } = useConnection();
  const watches = useInfiniteQuery(watchesQuery(connection));
  return (
    <Stack gap="sm">
      <Anchor size="sm" className="inline" renderRoot={(props) => <Link to="/" {...props} />}>
        <LeftIcon size={15} />
        {texts.nav.now}
      </Anchor>
      <div>
        <PageTitle>{labels.title}</PageTitle>
        <Text size="sm" c="dimmed">
          {labels.lead}{' '}
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/rules" search={{ connection }} hash="inactivity" {...props} />}
          >
            {labels.toRules}
          </Anchor>
        </Text>
      </div>
      <Answered of={watches} lines={6}>
        {({ pages }) => (
          <List
            watches={pages.flatMap((page) => page.watches)}
            withConnection={connection === undefined && names.length > 1}
          />
        )}
      </Answered>
      {watches.hasNextPage ? (
        <Anchor component="button" size="sm" onClick={() => void watches.fetchNextPage()}>
          {labels.more}
        </Anchor>
      ) : null}
    </Stack>
  );
}

function List({ watches, withConnection }: { watches: Watch[]; withConnection: boolean }) {
  if (watches.length === 0)
    return (
      <div className="card">
        <Empty title={labels.none} hint={labels.noneHint} />
      </div>
    );
  return (
    <ol className={`card ${classes.list}`}>
      {watches.map((watch) => (
        <One key={watch.id} watch={watch} withConnection={withConnection} />
      ))}
    </ol>
  );
}

function One({ watch, withConnection }: { watch: Watch; withConnection: boolean }) {
  const { connection, person, email, client, dealId, deal, start, unless, startedAt, firesAt, link } = watch;
  return (
    <li className={classes.watch}>
      <div className={classes.who}>
        <Anchor
          size="sm"
          fw={600}
          className="wrap"
          renderRoot={(props) => <Link to="/subject" search={{ q: person, connection }} {...props} />}
        >
          {client ?? email ?? person}
        </Anchor>
        {client === null ? null : (
          <Text size="xs" c="dimmed" className="wrap">
            {email ?? person}
          </Text>
        )}
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
      <Text size="sm" component="div">
        {labels.started} <Code>{start}</Code>, <Ago at={startedAt} />
        <br />
        {labels.stops} <Readable text={unless} />
      </Text>
      <Text size="sm" component="div" className={classes.when}>
        {labels.runsOut}{' '}
        <b>
          <Ago at={firesAt} />
        </b>
      </Text>
    </li>
  );
}
