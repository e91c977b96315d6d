import type { ReactNode } from 'react';
import classes from './Flow.module.css';
import type { Tone } from './Light.tsx';

interface FlowProps {
  label: string;
  /** One below the other on a phone. */
  stacks?: boolean;
  /** Places, and between each two of them what passes there and back. */
  children: ReactNode;
}

/** How things hang together: places in a row, with arrows between them. */
export function Flow({ label, stacks = false, children }: FlowProps) {
  return (
    <section className={classes.flow} aria-label={label} data-stacks={stacks || undefined}>
      {children}
    </section>
  );
}

interface FlowPlaceProps {
  name: string;
  tone?: Tone | undefined;
  children?: ReactNode;
}

export function FlowPlace({ name, tone, children }: FlowPlaceProps) {
  return (
    <div className={classes.place} data-tone={tone}>
      <b>{name}</b>
      {children}
    </div>
  );
}

/** A way between two places: the words say what the arrow's colour says. */
export interface Way {
  words: ReactNode;
  tone?: Tone;
}

export function FlowBetween({ there, back }: { there: Way; back: Way }) {
  return (
    <div className={classes.between}>
      <span className={classes.there} data-tone={there.tone}>
        {there.words}
      </span>
      <span className={classes.back} data-tone={back.tone}>
        {back.words}
      </span>
    </div>
  );
}
