import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Hold } from '../../api/types.ts';
import { useNow } from '../../parts/clock.ts';
import { TrashIcon } from '../../parts/icons.tsx';
import { heldTexts } from '../../texts.ts';
import { ChooseDeals } from './ChooseDeals.tsx';
import { Decisions } from './Decisions.tsx';
import type { Ask } from './decision.ts';
import { HoldFacts } from './HoldFacts.tsx';
import classes from './held.module.css';
import { SendingProgress } from './SendingProgress.tsx';

/** So long after the last deal of a burst, further ones are held with it (src/pipeline/plan/guard). */
const GROWS_MS = 300_000;

interface HoldCardProps {
  hold: Hold;
  /** Null for those who may not decide. */
  onDecide: Ask | null;
}

/** One burst: what is held, how far the sending is, and the decision. */
export function HoldCard({ hold, onDecide }: HoldCardProps) {
  const { held, sent, stage, connection, lastAt } = hold;
  const [isChoosing, choosing] = useDisclosure(false);
  const now = useNow(10_000);
  const isGrowing = hold.cause === 'burst' && held > 0 && now < lastAt + GROWS_MS;
  const title = held > 0 ? heldTexts.card(held, stage) : heldTexts.sendingCard(stage);
  return (
    <Stack component="section" gap="sm" className={`card ${classes.hold}`} aria-label={title}>
      <Stack gap={4}>
        <Group gap="xs">
          <Title order={2}>{title}</Title>
          {isGrowing ? (
            <Badge
              color="yellow"
              variant="light"
              c="var(--mantine-color-text)"
              tt="none"
              title={heldTexts.growingHint}
            >
              {heldTexts.growing}
            </Badge>
          ) : null}
        </Group>
        <Text size="sm" c="dimmed">
          {connection}
        </Text>
      </Stack>
      <HoldFacts hold={hold} />
      {sent > 0 ? <SendingProgress hold={hold} /> : null}
      <Decisions decisions={hold.decisions} discarded={hold.discarded} />
      {held > 0 && onDecide ? (
        <Buttons hold={hold} onDecide={onDecide} isChoosing={isChoosing} onChoose={choosing.toggle} />
      ) : null}
      {held > 0 && isChoosing && onDecide ? (
        <ChooseDeals hold={hold} onDecide={onDecide} onDone={choosing.close} />
      ) : null}
    </Stack>
  );
}

interface ButtonsProps {
  hold: Hold;
  onDecide: Ask;
  isChoosing: boolean;
  onChoose(): void;
}

function Buttons({ hold, onDecide, isChoosing, onChoose }: ButtonsProps) {
  const { held } = hold;
  return (
    <Group gap="xs">
      <Button size="sm" onClick={() => onDecide({ what: 'send', hold, chosen: null })}>
        {held === 1 ? heldTexts.sendOne : heldTexts.sendAll(held)}
      </Button>
      <Button
        size="sm"
        variant="default"
        leftSection={<TrashIcon size={14} />}
        onClick={() => onDecide({ what: 'discard', hold, chosen: null })}
      >
        {heldTexts.sendNone}
      </Button>
      <Button size="sm" variant="default" aria-expanded={isChoosing} onClick={onChoose}>
        {isChoosing ? heldTexts.closeChoice : heldTexts.choose}
      </Button>
    </Group>
  );
}
