import classes from './Light.module.css';

export type Tone = 'good' | 'waiting' | 'bad' | 'nothing';

/** A dot in the colour of a state. The text next to it says the same, since not everybody can distinguish the colours. */
export function Light({ tone, size = 9 }: { tone: Tone; size?: number }) {
  return (
    <span
      aria-hidden="true"
      className={classes.light}
      data-tone={tone}
      style={{ width: size, height: size }}
    />
  );
}
