import { Flow, FlowBetween, FlowPlace } from '../../parts/Flow.tsx';
import { flowTexts as labels, storyTexts } from '../../texts.ts';
import classes from './FlowPicture.module.css';
import type { Board, OutageKind } from './types.ts';

/** More than this many are said as a number only. */
const MAX_DOTS = 24;

/** Kommo, Stagepost and Customer.io in a row, with what has passed between them and what waits. */
export function FlowPicture({ board: { flow, work, outages } }: { board: Board }) {
  const broken = outages.find(({ state }) => state === 'broken')?.kind;
  const toneOf = (...kinds: OutageKind[]) => (broken && kinds.includes(broken) ? 'bad' : undefined);
  const waiting = work?.waiting ?? 0;
  return (
    <Flow label={labels.label}>
      <FlowPlace name={storyTexts.side.kommo} tone={toneOf('kommo_token', 'rate_limit')} />
      <FlowBetween
        there={{ words: <Count text={labels.webhooks(flow.webhooks.kommo)} refused={flow.refused.kommo} /> }}
        back={{ words: <Count text={labels.writes(flow.delivered.kommo)} /> }}
      />
      <FlowPlace name="Stagepost" tone={toneOf('killed_server')}>
        {work ? <span>{labels.events(work.events)}</span> : null}
        <span data-waiting={waiting > 0 || undefined}>{labels.waiting(waiting)}</span>
        <span className={classes.dots} aria-hidden="true">
          {Array.from({ length: Math.min(waiting, MAX_DOTS) }, (_, dot) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
            <i key={dot} />
          ))}
        </span>
      </FlowPlace>
      <FlowBetween
        there={{ words: <Count text={labels.calls(flow.delivered.customerio)} /> }}
        back={{
          words: <Count text={labels.reports(flow.webhooks.customerio)} refused={flow.refused.customerio} />,
        }}
      />
      <FlowPlace name={storyTexts.side.customerio} tone={toneOf('customerio_away', 'signing_key')} />
    </Flow>
  );
}

function Count({ text, refused = 0 }: { text: string; refused?: number }) {
  return (
    <>
      {text}
      {refused > 0 ? <span className={classes.refused}>{labels.refused(refused)}</span> : null}
    </>
  );
}
