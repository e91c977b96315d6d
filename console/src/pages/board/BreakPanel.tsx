import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { took } from '../../parts/when.ts';
import { outageTexts as labels } from '../../texts.ts';
import classes from './BreakPanel.module.css';
import { FlowPicture } from './FlowPicture.tsx';
import type { Board, BoardAction, Outage, OutageKind, Parcel } from './types.ts';

const KINDS: OutageKind[] = [
  'kommo_token',
  'customerio_away',
  'rate_limit',
  'signing_key',
  'missing_field',
  'killed_server',
];

interface BreakPanelProps {
  board: Board;
  onDo(doing: BoardAction): void;
}

/** Breaks one thing at a time, and shows that nothing is lost. */
export function BreakPanel({ board, onDo }: BreakPanelProps) {
  const last = board.outages.toSorted((a, b) => b.brokenAt - a.brokenAt)[0];
  const isBroken = last?.state === 'broken';
  return (
    <Stack className="card" p="md" gap="sm" component="section" aria-label={labels.title}>
      <Title order={2}>{labels.title}</Title>
      <FlowPicture board={board} />
      <Group gap={6}>
        {KINDS.map((kind) => (
          <Button
            key={kind}
            size="compact-sm"
            variant={isBroken && last.kind === kind ? 'filled' : 'default'}
            {...(isBroken && last.kind === kind && { color: 'red' })}
            disabled={isBroken}
            onClick={() => onDo({ what: 'outage', kind, act: 'break' })}
          >
            {labels.act[kind]}
          </Button>
        ))}
      </Group>
      {last ? <Result outage={last} onDo={onDo} /> : <Text size="sm">{labels.lead}</Text>}
    </Stack>
  );
}

function Result({ outage, onDo }: { outage: Outage; onDo(doing: BoardAction): void }) {
  const { kind, state } = outage;
  const parcels = outage.parcels.filter(({ isTouched }) => !isTouched);
  const touched = new Set(outage.parcels.filter(({ isTouched }) => isTouched).map(({ deal }) => deal)).size;
  // What was refused for good goes out only when somebody retries it.
  const needsRetry = kind === 'missing_field' && state !== 'proven';
  const arrived = parcels.filter(({ count }) => count > 0).length;
  return (
    <Stack gap={6} role="status">
      <Text size="sm" fw={600}>
        {labels.act[kind]}
      </Text>
      {state === 'broken' ? <Text size="sm">{labels.broken[kind]}</Text> : null}
      <Group gap="sm">
        <span className={classes.parcels} role="img" aria-label={labels.arrived(arrived, parcels.length)}>
          {parcels.map(({ what, deal, count }, index) => (
            <i
              // biome-ignore lint/suspicious/noArrayIndexKey: they never change their order
              key={index}
              data-count={Math.min(count, 2)}
              title={labels.parcel(what, deal, count)}
            />
          ))}
        </span>
        <Text size="sm">{labels.arrived(arrived, parcels.length)}</Text>
        {state === 'broken' && kind !== 'killed_server' ? (
          <Button size="compact-sm" onClick={() => onDo({ what: 'outage', kind, act: 'repair' })}>
            {labels.repair}
          </Button>
        ) : null}
        {needsRetry ? (
          <Anchor size="sm" renderRoot={(props) => <Link to="/failures" {...props} />}>
            {labels.problems}
          </Anchor>
        ) : state === 'broken' ? (
          <Anchor size="sm" renderRoot={(props) => <Link to="/" {...props} />}>
            {labels.overview}
          </Anchor>
        ) : null}
      </Group>
      {touched > 0 ? <Text size="sm">{labels.touched(touched)}</Text> : null}
      {needsRetry && state !== 'broken' ? <Text size="sm">{labels.retry}</Text> : null}
      {state === 'incomplete' && !needsRetry ? (
        <Text size="sm" c="red">
          {labels.incomplete(parcels.length - arrived)}
        </Text>
      ) : null}
      {state === 'recovering' && !needsRetry ? <Text size="sm">{labels.recovering}</Text> : null}
      {state === 'proven' && parcels.length > 0 ? <Text size="sm">{verdict(outage, parcels)}</Text> : null}
    </Stack>
  );
}

function verdict({ repairedAt, provenAt, isInOrder }: Outage, parcels: Parcel[]): string {
  const twice = parcels.filter(({ count }) => count > 1).length;
  const time = took((provenAt ?? 0) - (repairedAt ?? 0));
  const order = isInOrder ? [] : [labels.outOfOrder];
  const once = twice > 0 ? [labels.twice(twice)] : [];
  const faults = [...order, ...once];
  return [labels.proven(parcels.length, time), ...(faults.length > 0 ? faults : [labels.once])].join(' ');
}
