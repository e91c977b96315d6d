import { Select, Stack, Textarea } from '@mantine/core';
import { useMemo, useRef } from 'react';
import { ruleTexts } from '../../../../texts.ts';
import { type TextKind, useEditing, useProblem } from '../context.ts';
import { Outcome } from '../preview/LivePreview.tsx';
import { anchorOf, type Path } from '../problems.ts';
import classes from './fields.module.css';
import { inLiquid, insertAt } from './values.ts';

const labels = ruleTexts.liquid;

interface LiquidTextProps {
  path: Path;
  kind: TextKind;
  label: string;
  description: string;
  value: string;
  onChange(value: string): void;
  isRequired?: boolean;
  /** The report of a reaction's text. */
  report?: string;
}

/** A text for people, in Liquid, with the values that it can name at hand. */
export function LiquidText(props: LiquidTextProps) {
  const { path, kind, label, description, value, onChange, isRequired = false, report } = props;
  const problem = useProblem(path);
  const { choices } = useEditing();
  const area = useRef<HTMLTextAreaElement>(null);
  const options = useMemo(
    () =>
      choices.texts[kind].map((known) => ({ value: known.value, label: `${known.value} · ${known.label}` })),
    [choices, kind],
  );

  function insert(path: string) {
    const { selectionStart = value.length, selectionEnd = value.length } = area.current ?? {};
    const { text, caret } = insertAt(value, inLiquid(path), [selectionStart, selectionEnd]);
    onChange(text);
    // After the new text is in it, and the list has given the focus back.
    setTimeout(() => {
      area.current?.focus();
      area.current?.setSelectionRange(caret, caret);
    });
  }

  return (
    <Stack gap={6}>
      <Textarea
        ref={area}
        id={anchorOf(path)}
        label={label}
        description={description}
        withAsterisk={isRequired}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={problem}
        autosize
        minRows={2}
        maxRows={10}
      />
      <Outcome path={path} {...(report === undefined ? {} : { report })} hasProblem={problem !== undefined} />
      <Select
        className={classes.insert}
        size="xs"
        aria-label={labels.insertInto(label)}
        placeholder={labels.insert}
        data={options}
        limit={60}
        searchable
        value={null}
        onChange={(chosen) => chosen && insert(chosen)}
        nothingFoundMessage={labels.nothingFound}
      />
    </Stack>
  );
}
