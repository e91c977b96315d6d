import { Button } from '@mantine/core';
import { AskFirst } from '../../parts/AskFirst.tsx';
import { texts } from '../../texts.ts';

interface SmallButtonProps {
  children: string;
  /** Whom or what it is about, for those who do not see the row. */
  about: string;
  onClick(): void;
}

export function SmallButton({ children, about, onClick }: SmallButtonProps) {
  return (
    <Button size="compact-xs" variant="default" aria-label={`${children}: ${about}`} onClick={onClick}>
      {children}
    </Button>
  );
}

/** Asks once more, with what follows from it. */
export function RemoveButton({ about, sure, onRemove }: { about: string; sure: string; onRemove(): void }) {
  const { remove } = texts.people;
  return (
    <AskFirst size="compact-xs" label={`${remove}: ${about}`} sure={sure} doIt={remove} onDo={onRemove}>
      {`${remove} …`}
    </AskFirst>
  );
}
