import type { ReactNode } from 'react';
import { flowTexts as labels, storyTexts } from '../../texts-board.ts';
import classes from './FlowPicture.module.css';
import type { Board } from './types.ts';

/** More than this many are said as a number only. */
const MAX_DOTS = 24;

/** Kommo, Stagepost and Customer.io in a row, with what has passed between them and what waits. */
export function FlowPicture({ board: { flow, work, outages } }: { board: Board }) {
  const broken = outages.find(({ state }) => state === 'broken')?.kind;
  const waiting = work?.waiting ?? 0;
  return (
    <section className={classes.flow} aria-label={labels.label}>
      <Place name={storyTexts.side.kommo} isBroken={broken === 'kommo_token' || broken === 'rate_limit'} />
      <Between
        there={<Count text={labels.webhooks(flow.webhooks.kommo)} refused={flow.refused.kommo} />}
        back={<Count text={labels.writes(flow.delivered.kommo)} />}
      />
      <Place name="Stagepost" isBroken={broken === 'killed_server'}>
        {work ? <span>{labels.events(work.events)}</span> : null}
        <span data-waiting={waiting > 0 || undefined}>{labels.waiting(waiting)}</span>
        <span className={classes.dots} aria-hidden="true">
          {Array.from({ length: Math.min(waiting, MAX_DOTS) }, (_, dot) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
            <i key={dot} />
          ))}
        </span>
      </Place>
      <Between
        there={<Count text={labels.calls(flow.delivered.customerio)} />}
        back={<Count text={labels.reports(flow.webhooks.customerio)} refused={flow.refused.customerio} />}
      />
      <Place
        name={storyTexts.side.customerio}
        isBroken={broken === 'customerio_away' || broken === 'signing_key'}
      />
    </section>
  );
}

function Place({ name, isBroken, children }: { name: string; isBroken: boolean; children?: ReactNode }) {
  return (
    <div className={classes.place} data-broken={isBroken || undefined}>
      <b>{name}</b>
      {children}
    </div>
  );
}

function Between({ there, back }: { there: ReactNode; back: ReactNode }) {
  return (
    <div className={classes.between}>
      <span className={classes.there}>{there}</span>
      <span className={classes.back}>{back}</span>
    </div>
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
