import { Text } from '@mantine/core';
import { useState } from 'react';
import type { Board, BoardDeal } from '../../../../src/commands/demo/contract.ts';
import { number, texts } from '../../texts.ts';
import classes from './board.module.css';
import type { BoardAction, StageRules } from './types.ts';

interface ColumnsProps {
  board: Board;
  rules: StageRules;
  chosen: number | undefined;
  onChoose(deal: number): void;
  onDo(doing: BoardAction): void;
}

/** One column for each stage. Who cannot drag moves a deal on its card. */
export function Columns({ board: { stages, deals }, rules, chosen, onChoose, onDo }: ColumnsProps) {
  const [over, setOver] = useState<number | null>(null);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it can be scrolled sideways with the keys
    <section className={classes.board} aria-label={texts.board.title} tabIndex={0}>
      {stages.map(({ id, name }) => {
        const { color = null, event = null } = rules.get(id) ?? {};
        return (
          <section
            key={id}
            aria-label={name}
            className={classes.column}
            data-over={over === id || undefined}
            onDragOver={(drag) => {
              drag.preventDefault();
              setOver(id);
            }}
            onDragLeave={() => setOver(null)}
            onDrop={(drag) => {
              drag.preventDefault();
              setOver(null);
              const deal = Number(drag.dataTransfer.getData('text/plain'));
              if (deal > 0) onDo({ what: 'move', deal, stage: id });
            }}
          >
            <header className={classes.head} style={{ borderTopColor: color ?? undefined }}>
              <Text size="sm" fw={600}>
                {name}
              </Text>
              <Text size="xs" c="dimmed">
                {event === null ? texts.rules.noRule : texts.board.starts(event)}
              </Text>
            </header>
            {deals
              .filter(({ stage }) => stage === id)
              .map((deal) => (
                <Card key={deal.id} deal={deal} isChosen={deal.id === chosen} onChoose={onChoose} />
              ))}
          </section>
        );
      })}
    </section>
  );
}

interface CardProps {
  deal: BoardDeal;
  isChosen: boolean;
  onChoose(deal: number): void;
}

function Card({ deal: { id, name, price, person, emailStatus, entries }, isChosen, onChoose }: CardProps) {
  const [last] = entries;
  return (
    <button
      type="button"
      className={classes.card}
      draggable
      aria-pressed={isChosen}
      onClick={() => onChoose(id)}
      onDragStart={(drag) => {
        drag.dataTransfer.setData('text/plain', String(id));
        drag.dataTransfer.effectAllowed = 'move';
      }}
    >
      <b>{name}</b>
      <span>
        {person}, {number(price)}
      </span>
      {emailStatus ? <span className={classes.status}>{emailStatus}</span> : null}
      {last ? <span className={classes.last}>{last.text}</span> : null}
    </button>
  );
}
