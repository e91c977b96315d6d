import { Fold } from '../../parts/Fold.tsx';
import classes from './setup.module.css';

/** The clicks in the other product that lead to a value, folded. */
export function Clicks({ title, clicks }: { title: string; clicks: readonly string[] }) {
  return (
    <Fold title={title}>
      <ClickList clicks={clicks} />
    </Fold>
  );
}

export function ClickList({ clicks }: { clicks: readonly string[] }) {
  return (
    <ol className={classes.clicks}>
      {clicks.map((click) => (
        <li key={click}>{click}</li>
      ))}
    </ol>
  );
}
