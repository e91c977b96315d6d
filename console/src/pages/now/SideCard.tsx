import { Anchor, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConnectionNow, Lane } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Light, type Tone } from '../../parts/Light.tsx';
import { number, sideLabels, texts } from '../../texts.ts';
import classes from './SideCard.module.css';

const labels = texts.now;

const ACCESS_TONES = { good: 'good', refused: 'bad', unknown: 'nothing' } as const;
const HOOK_TONES = { good: 'good', disabled: 'bad', missing: 'bad', unknown: 'nothing' } as const;
const LANE_TONES = { open: 'good', waiting: 'waiting', held: 'bad', stopped: 'nothing' } as const;

export function KommoCard({ connection: { name, kommo, lanes } }: { connection: ConnectionNow }) {
  const { hook } = kommo;
  return (
    <Card title={sideLabels.kommo} detail={kommo.account ?? new URL(kommo.url).host}>
      <Calls side={kommo} />
      <Line label={labels.hook} tone={HOOK_TONES[hook.state]} hint={hook.words}>
        {labels.hookLabels[hook.state]}
      </Line>
      <LaneLines lane={lanes.kommo} connection={name} />
    </Card>
  );
}

export function CustomerioCard({ connection: { name, customerio, lanes } }: { connection: ConnectionNow }) {
  return (
    <Card title={sideLabels.customerio} detail={null}>
      <Calls side={customerio} />
      <LaneLines lane={lanes.customerio} connection={name} />
    </Card>
  );
}

function Card({ title, detail, children }: { title: string; detail: string | null; children: ReactNode }) {
  return (
    <section className={`card ${classes.card}`} aria-label={title}>
      <Group gap="xs" mb="xs" align="baseline">
        <Title order={3} fz="md">
          {title}
        </Title>
        {detail ? (
          <Text size="sm" c="dimmed" className="wrap">
            {detail}
          </Text>
        ) : null}
      </Group>
      <dl className={classes.lines}>{children}</dl>
    </section>
  );
}

function Calls({ side }: { side: ConnectionNow['customerio'] }) {
  const { lastWebhookAt, lastGoodCallAt, lastBadCallAt, access } = side;
  const isBadLast = lastBadCallAt !== null && lastBadCallAt > (lastGoodCallAt ?? 0);
  return (
    <>
      <Line label={labels.webhook} tone={lastWebhookAt === null ? 'nothing' : 'good'}>
        <At at={lastWebhookAt} />
      </Line>
      <Line label={labels.call} tone={lastGoodCallAt === null ? 'nothing' : isBadLast ? 'waiting' : 'good'}>
        <At at={lastGoodCallAt} />
      </Line>
      {isBadLast ? (
        <Line label={labels.badCall} tone="waiting">
          <At at={lastBadCallAt} />
        </Line>
      ) : null}
      <Line label={labels.access} tone={ACCESS_TONES[access]}>
        {labels.accessLabels[access]}
      </Line>
    </>
  );
}

function LaneLines({ lane, connection }: { lane: Lane; connection: string }) {
  const { state, reason, until, waiting, waitingMore, oldestAt, callsLastMinute, callsAllowed } = lane;
  return (
    <>
      <Line label={labels.delivery} tone={LANE_TONES[state]} hint={reason}>
        {labels.laneLabels[state]}
        {until !== null && state !== 'open' ? (
          <>
            , {texts.failures.nextTry.toLowerCase()} <Ago at={until} />
          </>
        ) : null}
      </Line>
      <Line label={labels.waiting} tone={waiting > 0 && state !== 'open' ? 'waiting' : 'good'}>
        {waiting === 0 ? (
          labels.nothing
        ) : (
          <Anchor
            inherit
            renderRoot={(props) => (
              <Link to="/activity" search={{ connection, outcome: 'open' }} {...props} />
            )}
          >
            {number(waiting)}
            {waitingMore ? ' or more' : ''}
          </Anchor>
        )}
        {oldestAt === null ? null : (
          <>
            , <Ago at={oldestAt} />
          </>
        )}
      </Line>
      <Line label={labels.budget} tone={isNearBudget(lane) ? 'waiting' : 'good'}>
        {callsLastMinute === null ? (
          labels.elsewhere
        ) : callsAllowed === null ? (
          number(callsLastMinute)
        ) : (
          <Stack gap={3} w="100%">
            {labels.ofBudget(callsLastMinute, callsAllowed)}
            <Progress
              value={(100 * callsLastMinute) / callsAllowed}
              size={5}
              color={isNearBudget(lane) ? 'yellow' : 'teal'}
              aria-label={labels.budget}
            />
          </Stack>
        )}
      </Line>
    </>
  );
}

function isNearBudget({ callsLastMinute, callsAllowed }: Lane): boolean {
  return callsAllowed !== null && callsLastMinute !== null && callsLastMinute > 0.9 * callsAllowed;
}

function Line({
  label,
  tone,
  hint,
  children,
}: {
  label: string;
  tone: Tone;
  hint?: string | null;
  children: ReactNode;
}) {
  return (
    <div className={classes.line}>
      <dt>{label}</dt>
      <dd>
        <Light tone={tone} />
        <div className={classes.value}>
          {children}
          {hint ? (
            <Text size="xs" c="dimmed" className="wrap">
              {hint}
            </Text>
          ) : null}
        </div>
      </dd>
    </div>
  );
}

function At({ at }: { at: number | null }) {
  return at === null ? labels.never : <Ago at={at} />;
}
