import classes from './Light.module.css';

export type Tone = 'good' | 'waiting' | 'bad' | 'nothing';

/** A dot in the colour of a state. The words beside it say the same: colour alone tells nothing to many. */
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
