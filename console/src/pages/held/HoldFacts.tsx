import { Code } from '@mantine/core';
import type { Hold } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { DealLink } from '../../parts/DealLink.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { span } from '../../parts/when.ts';
import { heldTexts } from '../../texts.ts';
import { Outside } from '../trace/TracePage.tsx';

const labels = heldTexts.facts;

/** What is held, since when, and who moved the deals. */
export function HoldFacts({ hold }: { hold: Hold }) {
  const isOfTimers = hold.pipelineId === 0;
  const { cause, event, pipeline, stage, held, tooOld } = hold;
  return (
    <Facts>
      {cause === 'burst' ? null : (
        <>
          <dt>{labels.why}</dt>
          <dd>{heldTexts[cause]}</dd>
        </>
      )}
      <dt>{labels.event}</dt>
      <dd>
        <Code>{event}</Code>
      </dd>
      {isOfTimers ? null : (
        <>
          <dt>{labels.stage}</dt>
          <dd>{heldTexts.stageOf(pipeline, stage)}</dd>
        </>
      )}
      <dt>{isOfTimers ? labels.ranOut : labels.entered}</dt>
      <dd>
        <Entered hold={hold} />
      </dd>
      {held > 0 && !isOfTimers ? (
        <>
          <dt>{labels.movedBy}</dt>
          <dd>{movedBy(hold)}</dd>
        </>
      ) : null}
      {tooOld > 0 ? (
        <>
          <dt>{labels.old}</dt>
          <dd>{heldTexts.old(tooOld)}</dd>
        </>
      ) : null}
      {held > 0 ? (
        <>
          <dt>{labels.examples}</dt>
          <dd>
            <Examples hold={hold} />
          </dd>
        </>
      ) : null}
    </Facts>
  );
}

function Entered({ hold: { firstAt, lastAt } }: { hold: Hold }) {
  return (
    <>
      {lastAt > firstAt ? heldTexts.within(span(lastAt - firstAt)) : heldTexts.atOnce} <Ago at={lastAt} />
    </>
  );
}

/** Of many deals, the API counts the first 1,000. */
function movedBy({ users, held }: Hold): string {
  if (users.length === 0) return heldTexts.movedByUnknown;
  if (users.length === 1) return userName(users[0]!);
  const names = users.map((user) => heldTexts.userDeals(userName(user), user.deals)).join(', ');
  return held > 1_000 ? `${names}, ${heldTexts.firstThousand}` : names;
}

/** @param user id 0 is an integration or robot */
export function userName({ id, name }: { id: number; name: string | null }): string {
  return name ?? (id === 0 ? heldTexts.integration : heldTexts.user(id));
}

function Examples({ hold: { sample, connection } }: { hold: Hold }) {
  return (
    <ul>
      {sample.map(({ dealId, deal, link }) => (
        <li key={dealId}>
          <DealLink id={dealId} name={deal} connection={connection} />
          {' · '}
          <Outside href={link}>{heldTexts.openInKommo}</Outside>
        </li>
      ))}
    </ul>
  );
}
