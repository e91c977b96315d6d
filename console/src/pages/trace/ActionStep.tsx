import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { EventTrace, TraceAction } from '../../api/types.ts';
import { useMayEdit } from '../../api/useMayEdit.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Fold } from '../../parts/Fold.tsx';
import { ReplayIcon } from '../../parts/icons.tsx';
import { Copy, Json } from '../../parts/Json.tsx';
import type { Tone } from '../../parts/Light.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { problemTexts, sideLabels, texts } from '../../texts.ts';
import { ReplayWindow } from '../failures/ReplayWindow.tsx';
import classes from './ActionStep.module.css';
import { Step } from './Step.tsx';

type Attempt = EventTrace['attempts'][number];

const labels = texts.trace;

const TONES: Record<TraceAction['state'], Tone> = {
  waiting: 'pending',
  ready: 'pending',
  sending: 'pending',
  done: 'done',
  dead: 'bad',
  dropped: 'nothing',
};

interface ActionStepProps {
  action: TraceAction;
  connection: string;
  attempts: Attempt[];
  start: number;
}

/** One thing that was to be done on the other side, and every call for it. */
export function ActionStep({ action, connection, attempts, start }: ActionStepProps) {
  const { state, title, doneAt, sentAt, error, warnings, payload, curl, advice, nextAt, result } = action;
  const isOpen = state === 'ready' || state === 'waiting';
  return (
    <Step
      tone={TONES[state]}
      at={doneAt ?? sentAt}
      start={start}
      title={
        <>
          <Readable text={title} />{' '}
          <Text span size="sm" fw={400} c={state === 'dead' ? 'var(--mantine-color-red-text)' : 'dimmed'}>
            {state === 'dropped' && error ? labels.notSent : labels.states[state]}
            {result ? `, ${labels.made} ${result}` : ''}
          </Text>
        </>
      }
    >
      {error && state !== 'done' ? (
        <Text size="sm" className="wrap" c={state === 'dead' ? 'var(--mantine-color-red-text)' : undefined}>
          {error}
        </Text>
      ) : null}
      {state === 'waiting' ? <Text size="sm">{labels.waitsFor}</Text> : null}
      {isOpen && nextAt !== null && attempts.length > 0 ? (
        <Text size="sm">
          {labels.nextTry} <Ago at={nextAt} />
        </Text>
      ) : null}
      {advice ? (
        <Text size="sm">
          <b>{problemTexts.owner[advice.owner] ?? advice.owner}:</b> {advice.todo}
        </Text>
      ) : null}
      {warnings.map((warning) => (
        <Text key={warning} size="sm" c="var(--stagepost-warning)">
          {warning}
        </Text>
      ))}
      <Calls attempts={attempts} />
      <Fold title={labels.payload}>
        {payload === null ? (
          <Text size="sm" c="dimmed">
            {labels.removed}
          </Text>
        ) : (
          <Json value={payload} label={labels.payload} />
        )}
      </Fold>
      <Group gap="md">
        {curl ? <Copy text={curl} label={labels.curl} /> : null}
        <Again action={action} connection={connection} />
      </Group>
    </Step>
  );
}

/** An answer that is no error, whatever became of the single actions in it. */
function wentWell(status: number | null, error: string | null): boolean {
  return status !== null && status < 400 && error === null;
}

function Calls({ attempts }: { attempts: Attempt[] }) {
  if (attempts.length === 0) return null;
  return (
    <ul className={classes.calls} aria-label={labels.attempts}>
      {attempts.map(({ id, lane, call, status, outcome, durationMs, error }) => (
        <li key={id} className="wrap">
          <span className={classes.call}>
            {sideLabels[lane]} {call}
          </span>{' '}
          · {status ?? labels.noAnswer}, {labels.took(durationMs)}
          {wentWell(status, error) ? null : <span className={classes.bad}> {error ?? outcome}</span>}
        </li>
      ))}
    </ul>
  );
}

/** The window stays when the action is no dead letter any more: it shows how that came about. */
function Again({ action: { id, state }, connection }: { action: TraceAction; connection: string }) {
  const [isOpen, setOpen] = useState(false);
  const mayEdit = useMayEdit(connection);
  return (
    <>
      {mayEdit && state === 'dead' ? (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<ReplayIcon size={14} />}
          onClick={() => setOpen(true)}
        >
          {labels.replay}
        </Button>
      ) : null}
      {isOpen ? <ReplayWindow wanted={{ ids: [id], connection }} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
