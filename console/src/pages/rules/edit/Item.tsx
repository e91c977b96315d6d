import { Badge, Button, Stack, Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { DownIcon, TrashIcon } from '../../../parts/icons.tsx';
import { ruleTexts } from '../../../texts.ts';
import { useEditing } from './context.ts';
import classes from './edit.module.css';
import { anchorOf, inOneText, isUnder, type Path } from './problems.ts';

const labels = ruleTexts.item;

interface ItemProps {
  path: Path;
  /** In a line: what it is and does. */
  head: ReactNode;
  /** Keys of the draft that have no input here: what is wrong with them is said on top. */
  withoutInput?: readonly string[];
  removeLabel: string;
  onRemove(): void;
  children: ReactNode;
}

/** One rule of the form: a line that unfolds into its inputs. */
export function Item({ path, head, withoutInput = [], removeLabel, onRemove, children }: ItemProps) {
  const { open, toggle, foldAll, problems } = useEditing();
  const anchor = anchorOf(path);
  const isOpen = open.has(anchor);
  const mine = problems.filter((problem) => isUnder(problem.path, path));
  const onTop = mine.filter(
    ({ path: at }) => at.length === path.length || withoutInput.includes(String(at[path.length])),
  );
  return (
    <div className={classes.item} id={anchor}>
      <UnstyledButton
        className={classes.itemHead}
        aria-expanded={isOpen}
        aria-controls={isOpen ? `${anchor}-inputs` : undefined}
        onClick={() => toggle(anchor)}
      >
        <span className={classes.itemTitle}>{head}</span>
        {mine.length > 0 ? (
          <Badge color="red" variant="filled" size="sm" tt="none" flex="none">
            {labels.problems(mine.length)}
          </Badge>
        ) : null}
        <span className={classes.chevron} data-open={isOpen || undefined}>
          <DownIcon size={16} />
        </span>
      </UnstyledButton>
      {isOpen ? (
        <Stack gap="md" className={classes.itemInputs} id={`${anchor}-inputs`}>
          {onTop.map((problem) => (
            <Text key={inOneText(problem)} size="sm" c="var(--mantine-color-error)">
              {inOneText(problem)}
            </Text>
          ))}
          {children}
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            leftSection={<TrashIcon size={14} />}
            w="fit-content"
            onClick={() => {
              foldAll(path[0]!);
              onRemove();
            }}
          >
            {removeLabel}
          </Button>
        </Stack>
      ) : null}
    </div>
  );
}
