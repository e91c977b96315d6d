import classes from './Light.module.css';

/**
 * `good`, `warning` and `bad` speak of what the reader cares for: the client, the connection. `done` is work of Stagepost that
 * went well, `pending` work that is still to come; neither has a colour of its own.
 */
export type Tone = 'good' | 'waiting' | 'warning' | 'bad' | 'nothing' | 'done' | 'pending';

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
