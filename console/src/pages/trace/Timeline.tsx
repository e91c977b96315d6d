import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { EventTrace } from '../../api/types.ts';
import { Fold } from '../../parts/Fold.tsx';
import { Json } from '../../parts/Json.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { sideLabels, texts } from '../../texts.ts';
import { useStoppedSides } from '../failures/StoppedSides.tsx';
import { Emails } from '../subject/Emails.tsx';
import { ActionStep } from './ActionStep.tsx';
import { Step } from './Step.tsx';
import classes from './Timeline.module.css';

const labels = texts.trace;

/** The steps of the event from top to bottom, each with its time since the first step. */
export function Timeline({ trace }: { trace: EventTrace }) {
  const start = Math.min(trace.at, ...trace.requests.map(({ at }) => at));
  return (
    <ol className={classes.timeline}>
      <Arrival trace={trace} start={start} />
      <Decision trace={trace} start={start} />
      {trace.steps.map((action) => (
        <ActionStep
          key={action.id}
          action={action}
          connection={trace.connection}
          attempts={trace.attempts.filter(({ actions }) => actions.includes(action.id))}
          start={start}
        />
      ))}
      {trace.emails.length === 0 ? null : (
        <Step tone="done" at={null} start={start} title={texts.subject.emails}>
          <Emails emails={trace.emails} />
        </Step>
      )}
    </ol>
  );
}

function Arrival({ trace, start }: { trace: EventTrace; start: number }) {
  if (trace.requests.length > 0)
    return trace.requests.map((request, index) => (
      <Step
        key={request.id}
        tone="done"
        at={request.at}
        start={start}
        title={
          <>
            {labels.came(sideLabels[request.source], request.id)}
            {index === 0 ? null : (
              <Text span inherit fw={400} c="dimmed">
                {' '}
                ({labels.sameReport})
              </Text>
            )}
          </>
        }
      >
        {request.outcome ? (
          <Text size="sm">
            <Readable text={request.outcome} />
          </Text>
        ) : null}
        <Fold title={labels.body}>
          {request.body === null ? (
            <Text size="sm" c="dimmed">
              {labels.removed}
            </Text>
          ) : (
            <Json value={request.body} label={labels.body} />
          )}
        </Fold>
        {Object.keys(request.headers).length > 0 ? (
          <Fold title={labels.headers}>
            <Json value={request.headers} label={labels.headers} />
          </Fold>
        ) : null}
      </Step>
    ));
  const why =
    trace.direction === 'clock' ? labels.clockCame : trace.repaired ? labels.noWebhook : labels.noRequest;
  return <Step tone="done" at={trace.at} start={start} title={why} />;
}

function Decision({ trace, start }: { trace: EventTrace; start: number }) {
  const { outcome, rule, reason, warnings, plannedAt, steps, rulesVersion, connection, clientState } = trace;
  const isWithoutEmail = clientState !== null && clientState !== 'mailable';
  const isOpen = plannedAt === null && outcome === 'open';
  const title =
    rule !== null
      ? `${labels.rule}: ${labels.rules[rule] ?? rule}`
      : outcome === 'parked'
        ? labels.parked
        : isOpen
          ? labels.notYet
          : labels.noRule;
  const tone = isWithoutEmail
    ? 'warning'
    : isOpen || outcome === 'parked' || outcome === 'waiting' || outcome === 'held'
      ? 'pending'
      : rule !== null
        ? 'done'
        : 'nothing';
  return (
    <Step tone={tone} at={plannedAt} start={start} title={<Readable text={title} />}>
      {isOpen ? <Obstacle connection={connection} /> : null}
      {reason ? (
        <Text size="sm">
          <Readable text={reason} />
        </Text>
      ) : null}
      {rulesVersion === null ? null : (
        <Anchor
          size="sm"
          w="fit-content"
          renderRoot={(props) => (
            <Link
              to="/rules/versions"
              search={{ connection, from: rulesVersion - 1, to: rulesVersion }}
              {...props}
            />
          )}
        >
          {labels.byVersion(rulesVersion)}
        </Anchor>
      )}
      {rule !== null && steps.length === 0 && !reason ? <Text size="sm">{labels.nothingToSend}</Text> : null}
      {warnings.map((warning) => (
        <Text key={warning} size="sm" className={classes.warning}>
          <Readable text={warning} />
        </Text>
      ))}
    </Step>
  );
}

/** Why an event is not processed yet, where an account does not work: it waits until its deal can be read. */
function Obstacle({ connection }: { connection: string }) {
  const stopped = useStoppedSides().filter((each) => each.connection === connection);
  return stopped.map(({ side, lane, items }) => (
    <Text key={side} size="sm" className={classes.warning}>
      {labels.waitsForSide(sideLabels[side])} {lane === null ? items[0]!.message : lane.reason}
    </Text>
  ));
}
