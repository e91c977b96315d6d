import { Fragment } from 'react';
import { readable } from './names.ts';
import classes from './Readable.module.css';

/** A sentence of the server in which names of reports are replaced by plain words, with the exact name as a tooltip. */
export function Readable({ text }: { text: string }) {
  return readable(text).map(({ text: words, name }, index) =>
    name === undefined ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one sentence keep their places
      <Fragment key={index}>{words}</Fragment>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: likewise
      <Fragment key={index}>
        {words} <code className={classes.name}>{name}</code>
      </Fragment>
    ),
  );
}
