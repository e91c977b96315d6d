import { Text } from '@mantine/core';
import { useState } from 'react';
import { boardTexts as labels, texts } from '../../texts.ts';
import classes from './board.module.css';
import type { Board, BoardAction, BoardDeal, StageRules } from './types.ts';
import { useHiddenEdges } from './useHiddenEdges.ts';

interface ColumnsProps {
  board: Board;
  /** Null until they are known. */
  rules: StageRules | null;
  chosen: number | undefined;
  /** The deal of the story's running step. */
  storyDeal: number | null;
  onChoose(deal: number): void;
  onDo(doing: BoardAction): void;
}

/** One column for each stage. Who cannot drag moves a deal on its card. */
export function Columns({ board, rules, chosen, storyDeal, onChoose, onDo }: ColumnsProps) {
  const { stages, deals, campaigns } = board;
  const [over, setOver] = useState<number | null>(null);
  const { ref, onScroll, isMoreBelow, isMoreRight } = useHiddenEdges<HTMLElement>();
  return (
    <div
      className={classes.frame}
      data-more-below={isMoreBelow || undefined}
      data-more-right={isMoreRight || undefined}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it can be scrolled sideways with the keys */}
      <section className={classes.board} aria-label={labels.title} tabIndex={0} ref={ref} onScroll={onScroll}>
        {stages.map(({ id, name }) => {
          const { color = null, event = null } = rules?.get(id) ?? {};
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
                  {rules === null ? '\u00a0' : stageText(event, campaigns)}
                </Text>
              </header>
              {deals
                .filter(({ stage }) => stage === id)
                .map((deal) => (
                  <Card
                    key={deal.id}
                    deal={deal}
                    isChosen={deal.id === chosen}
                    isTold={deal.id === storyDeal}
                    onChoose={onChoose}
                  />
                ))}
            </section>
          );
        })}
      </section>
    </div>
  );
}

function stageText(event: string | null, campaigns: string[]): string {
  if (event === null) return texts.rules.noRule;
  return campaigns.includes(event) ? labels.starts(event) : labels.startsNothing(event);
}

interface CardProps {
  deal: BoardDeal;
  isChosen: boolean;
  /** The story is about it now. */
  isTold: boolean;
  onChoose(deal: number): void;
}

function Card({ deal, isChosen, isTold, onChoose }: CardProps) {
  const { id, name, price, person, emailStatus, entries } = deal;
  const [last] = entries;
  return (
    <button
      type="button"
      className={classes.card}
      draggable
      aria-pressed={isChosen}
      data-told={isTold || undefined}
      onClick={() => onChoose(id)}
      onDragStart={(drag) => {
        drag.dataTransfer.setData('text/plain', String(id));
        drag.dataTransfer.effectAllowed = 'move';
      }}
    >
      <b>{name}</b>
      <span>
        {person}, {labels.price(price)}
      </span>
      {emailStatus ? <span className={classes.status}>{emailStatus}</span> : null}
      {last ? <span className={classes.last}>{last.text}</span> : null}
    </button>
  );
}
