import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ConnectionHealth, ConnectionNow } from '../../api/types.ts';
import { Flow, FlowBetween, FlowPlace, type Way } from '../../parts/Flow.tsx';
import { connectionFlowTexts as labels, sideLabels, texts } from '../../texts.ts';
import { flowWays, type WayState } from './flow-ways.ts';
import { LIGHT_TONES } from './headline.ts';

interface ConnectionFlowProps {
  connection: ConnectionNow;
  /** Undefined before the first answer. */
  health: ConnectionHealth | undefined;
}

/** Kommo, Stagepost and Customer.io in a row: what passes between them, and whether it does. */
export function ConnectionFlow({ connection: { name, kommo, lanes }, health }: ConnectionFlowProps) {
  const ways = flowWays(health, lanes);
  const toneOf = (side: 'kommo' | 'customerio') => {
    const light = health?.sides.find((each) => each.side === side)?.light;
    return LIGHT_TONES[light ?? 'unknown'];
  };
  return (
    <Flow label={labels.label(name)} stacks>
      <FlowPlace name={sideLabels.kommo} tone={toneOf('kommo')}>
        <span className="wrap">{kommo.account ?? labels.kommo}</span>
      </FlowPlace>
      <FlowBetween
        there={wayOf(labels.stageChanges, ways.stageChanges)}
        back={wayOf(labels.writes, ways.writes)}
      />
      <FlowPlace name={texts.product}>
        <Anchor inherit renderRoot={(props) => <Link to="/rules" search={{ connection: name }} {...props} />}>
          {labels.stagepost}
        </Anchor>
      </FlowPlace>
      <FlowBetween there={wayOf(labels.events, ways.events)} back={wayOf(labels.reports, ways.reports)} />
      <FlowPlace name={sideLabels.customerio} tone={toneOf('customerio')}>
        <span>{labels.customerio}</span>
      </FlowPlace>
    </Flow>
  );
}

function wayOf(what: string, state: WayState): Way {
  return {
    tone: state,
    words: (
      <>
        {what}
        <br />
        <b>{labels.states[state]}</b>
      </>
    ),
  };
}
