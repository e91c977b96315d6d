import classes from './rules.module.css';

/** A text of the rules, with the places that are filled in set off. */
export function Template({ text }: { text: string }) {
  const parts = text.split(/(\{\{.*?\}\}|\{%.*?%\})/g);
  return (
    <span className="wrap">
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text do not move
          <span key={index} className={classes.place}>
            {part.replace(/^\{\{\s*|\s*\}\}$/g, '')}
          </span>
        ) : (
          part
        ),
      )}
    </span>
  );
}
