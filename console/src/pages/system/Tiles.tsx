import { SimpleGrid, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConnectionNow } from '../../api/types.ts';
import { number } from '../../languages/locale.ts';
import { texts } from '../../texts.ts';
import classes from './Tiles.module.css';

/** Today in numbers; each leads to the rows behind it. */
export function Tiles({
  connection: { name, counts, watches, parked },
  since,
}: {
  connection: ConnectionNow;
  since: number;
}) {
  const search = { connection: name, since, show: 'all' } as const;
  const labels = texts.now;
  return (
    <SimpleGrid cols={{ base: 2, xs: 3, md: 6 }} spacing="sm">
      <Tile value={counts.moves ?? 0} label={labels.moves} hint={labels.hints.moves}>
        {(props) => <Link to="/activity" search={{ ...search, kind: 'deal_moved' }} {...props} />}
      </Tile>
      <Tile value={counts.sent ?? 0} label={labels.sent} hint={labels.hints.sent}>
        {(props) => (
          <Link
            to="/activity"
            search={{ ...search, direction: 'to_customerio', outcome: 'done' }}
            {...props}
          />
        )}
      </Tile>
      <Tile value={counts.reports ?? 0} label={labels.reports} hint={labels.hints.reports}>
        {(props) => <Link to="/activity" search={{ ...search, kind: 'mail_report' }} {...props} />}
      </Tile>
      <Tile
        value={counts.failures ?? 0}
        label={labels.failures}
        hint={labels.hints.failures}
        isBad={(counts.failures ?? 0) > 0}
      >
        {(props) => <Link to="/failures" search={{ connection: name }} {...props} />}
      </Tile>
      <Tile value={watches} label={labels.watches} hint={labels.hints.watches}>
        {(props) => <Link to="/watches" search={{ connection: name }} {...props} />}
      </Tile>
      {parked > 0 && (counts.repaired ?? 0) === 0 ? (
        <Tile value={parked} label={labels.parked} hint={labels.hints.parked}>
          {(props) => <Link to="/activity" search={{ connection: name, outcome: 'parked' }} {...props} />}
        </Tile>
      ) : (
        <Tile value={counts.repaired ?? 0} label={labels.repaired} hint={labels.hints.repaired}>
          {(props) => <Link to="/activity" search={{ ...search, repaired: 'true' }} {...props} />}
        </Tile>
      )}
    </SimpleGrid>
  );
}

interface TileProps {
  value: number;
  label: string;
  hint: string;
  isBad?: boolean;
  children(props: { className: string; title: string; children: ReactNode }): ReactNode;
}

function Tile({ value, label, hint, isBad = false, children }: TileProps) {
  return children({
    className: classes.tile!,
    title: hint,
    children: (
      <>
        <span className={classes.value} data-bad={isBad || undefined}>
          {number(value)}
        </span>
        <Text component="span" size="sm" c="dimmed" lh={1.25}>
          {label}
        </Text>
      </>
    ),
  });
}
