import { List, Stack, Text, Textarea, UnstyledButton } from '@mantine/core';
import { useRef } from 'react';
import { ruleTexts, texts } from '../../../texts.ts';
import classes from './edit.module.css';
import { inOneText } from './problems.ts';
import type { EditedRules } from './useDraft.ts';

const labels = ruleTexts.text;

/** The same draft as stagepost.yaml would write it; its comments are kept. */
export function TextPart({ rules: { text, changeText, check } }: { rules: EditedRules }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const shown = text ?? check.checked?.text ?? '';
  const problems = check.checked?.problems ?? [];

  function goTo(line: number): void {
    const lines = shown.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    const { current } = area;
    if (!current) return;
    current.focus();
    current.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    // Not every browser shows what is selected: the line comes into the middle.
    current.scrollTop = (current.scrollHeight * line) / lines.length - current.clientHeight / 2;
  }

  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {labels.lead}
      </Text>
      <Textarea
        ref={area}
        className={classes.source}
        aria-label={labels.label}
        description={text === null ? texts.states.loading : undefined}
        value={shown}
        // It is written anew from the form just now.
        readOnly={text === null}
        onChange={(event) => changeText(event.currentTarget.value)}
        autosize
        minRows={16}
        maxRows={24}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
      />
      {problems.length > 0 ? (
        <List size="sm" listStyleType="none">
          {problems.map((problem) => (
            <List.Item key={`${problem.line} ${problem.message}`}>
              <UnstyledButton fz="sm" className={classes.link} onClick={() => goTo(problem.line)}>
                {labels.line(problem.line)}
              </UnstyledButton>{' '}
              {inOneText(problem)}
            </List.Item>
          ))}
        </List>
      ) : null}
    </Stack>
  );
}
