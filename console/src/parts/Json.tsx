import { CopyButton, Group, UnstyledButton } from '@mantine/core';
import { texts } from '../texts.ts';
import { CheckIcon, CopyIcon } from './icons.tsx';
import classes from './Json.module.css';

/** Something as it went over the wire. It can be scrolled, so it can have the focus. */
export function Json({ value, label }: { value: unknown; label: string }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it with the keys
    <section className={classes.json} tabIndex={0} aria-label={label}>
      {text}
    </section>
  );
}

export function Copy({ text, label }: { text: string; label: string }) {
  return (
    <CopyButton value={text} timeout={2_000}>
      {({ copied, copy }) => (
        <UnstyledButton className={classes.copy} onClick={copy}>
          <Group gap={5} component="span">
            {copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
            <span aria-live="polite">{copied ? texts.trace.copied : label}</span>
          </Group>
        </UnstyledButton>
      )}
    </CopyButton>
  );
}
