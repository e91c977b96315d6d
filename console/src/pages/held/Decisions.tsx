import { List, Text } from '@mantine/core';
import type { Hold } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { heldTexts } from '../../texts.ts';

const labels = heldTexts.decisions;

/** What was decided about one burst, by whom and when. */
export function Decisions({ decisions, discarded }: Pick<Hold, 'decisions' | 'discarded'>) {
  const gone = discarded - sumOf(decisions.filter(({ what }) => what === 'discarded'));
  if (decisions.length === 0 && gone <= 0) return null;
  return (
    <List size="sm" spacing={2} aria-label={labels.label}>
      {decisions.map((decision) => (
        <List.Item key={`${decision.what} ${decision.at}`} className="wrap">
          {sentenceOf(decision)}
          {decision.why === null ? null : <>: “{decision.why}”</>}
          <Text span size="sm" c="dimmed">
            {' · '}
            <Ago at={decision.at} />
          </Text>
        </List.Item>
      ))}
      {gone > 0 ? <List.Item>{labels.gone(gone)}</List.Item> : null}
    </List>
  );
}

function sumOf(decisions: Hold['decisions']): number {
  return decisions.reduce((sum, { deals }) => sum + deals, 0);
}

function sentenceOf({ what, who, deals, timestamp }: Hold['decisions'][number]): string {
  const name = who ?? labels.somebody;
  if (what === 'discarded') return labels.discarded(name, deals);
  return `${labels.sent(name, deals)}${timestamp === 'now' ? `, ${labels.withNow}` : ''}`;
}
