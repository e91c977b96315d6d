import classes from './rules.module.css';

/** A stage in Kommo's own colour. */
export function StageName({ name, color }: { name: string; color: string | null }) {
  return (
    <span className={classes.stage}>
      <span className={classes.colour} style={{ background: color ?? 'transparent' }} aria-hidden="true" />
      {name}
    </span>
  );
}
