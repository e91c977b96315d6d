import { Anchor, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConnectionHealth, ConnectionNow, Lane, Proof } from '../../api/types.ts';
import { number } from '../../languages/locale.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Light, type Tone } from '../../parts/Light.tsx';
import { problemTexts, sideLabels, texts } from '../../texts.ts';
import { LIGHT_TONES } from './headline.ts';
import classes from './SideCard.module.css';
import { type SideCalls, seenCalls } from './seen-calls.ts';

const labels = texts.now;

const ACCESS_TONES = { good: 'good', refused: 'bad', unknown: 'nothing' } as const;
const PROOF_TONES = { proven: 'good', unproven: 'nothing', broken: 'bad' } as const;
const LANE_TONES = { open: 'good', waiting: 'waiting', held: 'bad', stopped: 'nothing' } as const;

interface CardProps {
  connection: ConnectionNow;
  /** Undefined before the first answer. */
  health: ConnectionHealth | undefined;
}

type SideHealth = ConnectionHealth['sides'][number];

export function KommoCard({ connection: { name, kommo, lanes }, health }: CardProps) {
  const side = sideOf(health, 'kommo');
  const isPolled = kommo.pollEverySeconds !== null;
  const proof = isPolled ? 'kommo_log' : 'kommo_webhook';
  const state = proofState(side, proof, `${proof}_`);
  const calls = seenCalls(isPolled ? { ...kommo, lastWebhookAt: null } : kommo, side, 'kommo_token', proof);
  return (
    <Card title={sideLabels.kommo} detail={kommo.account ?? new URL(kommo.url).host} side={side}>
      <Calls
        calls={calls}
        arrivalLabel={isPolled ? labels.logRead : labels.webhook}
        arrivalTone={PROOF_TONES[state]}
      />
      {kommo.pollEverySeconds === null ? (
        <HookLine side={side} hook={kommo.hook} />
      ) : (
        <Line label={labels.changes} tone={PROOF_TONES[state]}>
          {labels.polled(kommo.pollEverySeconds)}
        </Line>
      )}
      <LaneLines lane={lanes.kommo} connection={name} />
    </Card>
  );
}

export function CustomerioCard({ connection: { name, customerio, lanes }, health }: CardProps) {
  const side = sideOf(health, 'customerio');
  const signing = proofState(side, 'signing_key', 'reports_');
  return (
    <Card title={sideLabels.customerio} detail={null} side={side}>
      <Calls
        calls={seenCalls(customerio, side, 'track_keys', 'signing_key')}
        arrivalLabel={labels.webhook}
        arrivalTone={PROOF_TONES[signing]}
      />
      <Line label={labels.signingKey} tone={PROOF_TONES[signing]}>
        {labels.proofLabels[signing]}
      </Line>
      <LaneLines lane={lanes.customerio} connection={name} />
    </Card>
  );
}

/**
 * Kommo's webhook as the headline judges it. The list of webhooks, which is read when somebody looks, may be older than the
 * judgement, and decides only where nothing is proven.
 */
function HookLine({ side, hook }: { side: SideHealth | null; hook: ConnectionNow['kommo']['hook'] }) {
  const item = side?.items.find(
    ({ code, light }) => light !== 'unknown' && code.startsWith('kommo_webhook_'),
  );
  if (item)
    return (
      <Line label={labels.hook} tone={LIGHT_TONES[item.light]}>
        {labels.hookItemLabels[item.code] ?? item.message}
      </Line>
    );
  if (proofState(side, 'kommo_webhook', 'kommo_webhook_') === 'proven')
    return (
      <Line label={labels.hook} tone="good">
        {labels.hookLabels.arrives}
      </Line>
    );
  return (
    <Line label={labels.hook} tone="nothing">
      {hook.state === 'good' ? labels.hookLabels.good : labels.hookLabels.unknown}
    </Line>
  );
}

function sideOf(health: ConnectionHealth | undefined, name: SideHealth['side']): SideHealth | null {
  return health?.sides.find(({ side }) => side === name) ?? null;
}

/** @param codes how the codes begin that say that it does not work */
function proofState(
  side: SideHealth | null,
  name: Proof['name'],
  codes: string,
): 'proven' | 'unproven' | 'broken' {
  if (side?.items.some(({ code, light }) => light === 'broken' && code.startsWith(codes))) return 'broken';
  return side?.proofs.some((proof) => proof.name === name && proof.isProven) ? 'proven' : 'unproven';
}

interface SideCardProps {
  title: string;
  detail: string | null;
  side: SideHealth | null;
  children: ReactNode;
}

function Card({ title, detail, side, children }: SideCardProps) {
  return (
    <section className={`card ${classes.card}`} aria-label={title}>
      <Group gap="xs" mb="xs" align="baseline">
        <Light tone={LIGHT_TONES[side?.light ?? 'unknown']} />
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

interface CallsProps {
  calls: SideCalls;
  /** What the side's news arrive by. */
  arrivalLabel: string;
  arrivalTone: Tone;
}

function Calls({ calls, arrivalLabel, arrivalTone }: CallsProps) {
  const { lastWebhookAt, lastGoodCallAt, lastBadCallAt, access } = calls;
  const isBadLast = lastBadCallAt !== null && lastBadCallAt > (lastGoodCallAt ?? 0);
  return (
    <>
      <Line label={arrivalLabel} tone={arrivalTone}>
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
            , {problemTexts.nextTry.toLowerCase()} <Ago at={until} />
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
