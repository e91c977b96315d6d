import { Badge, Button, Group, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { storyTexts as labels } from '../../texts.ts';
import classes from './StoryPanel.module.css';
import type { BoardAction, Story, StoryEffect, StoryStep } from './types.ts';

/** A wait that takes longer says so. */
const SLOW_MS = 3_000;

interface StoryPanelProps {
  story: Story;
  /** What the visitor has broken is not repaired yet, so that effects may not come. */
  isBroken: boolean;
  onDo(doing: BoardAction): void;
  onShow(deal: number): void;
}

/** The story as it is played: its scenes, the steps of one of them, and what each has led to. */
export function StoryPanel({ story, isBroken, onDo, onShow }: StoryPanelProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const current = currentScene(story);
  const shown = chosen ?? current;
  const scene = story.scenes[shown];
  return (
    <Stack className="card" p="md" gap="xs" component="section" aria-label={labels.title}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Title order={2}>{labels.title}</Title>
          <Badge variant="default" tt="none" fw={500}>
            {labels.state[story.state]}
          </Badge>
        </Group>
        <Controls story={story} onDo={onDo} onCommand={() => setChosen(null)} />
      </Group>
      {story.state === 'ready' ? (
        <Text size="sm">{labels.lead}</Text>
      ) : (
        <>
          <nav className={classes.scenes} aria-label={labels.scenes}>
            {story.scenes.map(({ title, steps }, index) => (
              <UnstyledButton
                key={title}
                className={classes.scene}
                aria-pressed={index === shown}
                data-state={sceneState(steps)}
                title={labels.scene(title)}
                aria-label={title}
                onClick={() => setChosen(index === current ? null : index)}
              >
                {index + 1}
              </UnstyledButton>
            ))}
            <Text size="sm" fw={600} className={classes.title}>
              {labels.scene(scene?.title ?? '')}
            </Text>
          </nav>
          <ol className={classes.steps} aria-live="polite">
            {scene?.steps
              .filter(({ state }) => state !== 'waiting')
              .toReversed()
              .map((step) => (
                <Step key={`${step.deal} ${step.does}`} step={step} isBroken={isBroken} onShow={onShow} />
              ))}
          </ol>
        </>
      )}
    </Stack>
  );
}

function Controls({
  story: { state },
  onDo,
  onCommand,
}: {
  story: Story;
  onDo(doing: BoardAction): void;
  onCommand(): void;
}) {
  const does = (command: 'start' | 'pause' | 'next' | 'replay') => () => {
    onCommand();
    onDo({ what: 'story', command });
  };
  if (state === 'ended')
    return (
      <Button size="xs" variant="default" onClick={does('replay')}>
        {labels.replay}
      </Button>
    );
  return (
    <Group gap={6}>
      {state === 'playing' ? (
        <Button size="xs" variant="default" onClick={does('pause')}>
          {labels.pause}
        </Button>
      ) : (
        <Button size="xs" onClick={does('start')}>
          {state === 'ready' ? labels.start : labels.resume}
        </Button>
      )}
      <Button size="xs" variant="default" onClick={does('next')}>
        {labels.next}
      </Button>
    </Group>
  );
}

interface StepProps {
  step: StoryStep;
  isBroken: boolean;
  onShow(deal: number): void;
}

function Step({ step, isBroken, onShow }: StepProps) {
  const { actor, does, deal, effects } = step;
  return (
    <li className={classes.step}>
      <UnstyledButton fz="sm" className={classes.does} title={labels.show} onClick={() => onShow(deal)}>
        <b>{actor}</b> {does}
      </UnstyledButton>
      <ul className={classes.effects}>
        {effects.map((effect, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step's effects never change their order
          <Effect key={index} effect={effect} isBroken={isBroken} />
        ))}
      </ul>
    </li>
  );
}

const SIGNS = { seen: '✓', waiting: '…', missed: '✗', yours: '–', skipped: '–' } as const;

function Effect({ effect, isBroken }: { effect: StoryEffect; isBroken: boolean }) {
  const { what, side, state, detail, ms } = effect;
  return (
    <li className={classes.effect} data-state={state}>
      <span className={classes.sign} aria-hidden="true">
        {SIGNS[state]}
      </span>
      <span className="wrap">
        <span className={classes.side} data-side={side}>
          {labels.side[side]}
        </span>
        {what}
        {detail === null ? '' : `: ${detail}`}
        {state === 'seen' || state === 'waiting' ? '' : `: ${labels.effect[state]}`}
        {state === 'waiting' && ms !== null && ms > SLOW_MS ? `: ${labels.slow(ms, isBroken)}` : null}
        {state === 'waiting' || ms === null ? null : <span className={classes.ms}> {labels.ms(ms)}</span>}
      </span>
    </li>
  );
}

/** The scene of the running step, or the last that has begun. */
function currentScene({ scenes }: Story): number {
  const last = scenes.findLastIndex(({ steps }) => steps.some(({ state }) => state !== 'waiting'));
  return Math.max(0, last);
}

function sceneState(steps: StoryStep[]): 'waiting' | 'running' | 'done' {
  if (steps.every(({ state }) => state === 'done')) return 'done';
  return steps.every(({ state }) => state === 'waiting') ? 'waiting' : 'running';
}
