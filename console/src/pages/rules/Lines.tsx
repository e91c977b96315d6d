import { ruleTexts } from '../../texts.ts';
import classes from './Lines.module.css';
import type { Line, Stretch } from './lines.ts';

const TAGS = { same: 'span', gone: 'del', new: 'ins' } as const;

/** Lines of a text, with a sign and a colour where they differ from another one. */
export function Lines({ lines }: { lines: readonly Line[] }) {
  return <div className={classes.lines}>{lines.map(shown)}</div>;
}

/** The same of a long text, where equal lines far from every difference are only plural. */
export function FoldedLines({ stretches }: { stretches: readonly Stretch[] }) {
  return (
    <div className={classes.lines}>
      {stretches.map((stretch, index) =>
        'lines' in stretch ? (
          stretch.lines.map(shown)
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the stretches of one comparison do not move
          <span key={index} className={classes.hidden}>
            {ruleTexts.versions.equalLines(stretch.hidden)}
          </span>
        ),
      )}
    </div>
  );
}

function shown({ text, mark }: Line, index: number) {
  const Tag = TAGS[mark];
  return (
    <Tag key={index} className={classes.line} data-mark={mark}>
      {text}
    </Tag>
  );
}
