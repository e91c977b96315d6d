import { Text } from '@mantine/core';
import type { Rules } from '../../api/types.ts';
import { texts } from '../../texts.ts';
import { durationText } from './duration-text.ts';
import classes from './rules.module.css';
import { Template } from './Template.tsx';

const words = texts.rules;

type Reaction = Rules['reactions'][number];

/** What is done in Kommo. */
export function Does({
  note,
  task,
  fields = {},
}: {
  note: string | null;
  task: Reaction['task'];
  fields?: Reaction['fields'];
}) {
  return (
    <ul className={classes.does}>
      {note ? (
        <li>
          <Text span size="sm" c="dimmed">
            {words.noteText}:
          </Text>{' '}
          <Template text={note} />
        </li>
      ) : null}
      {Object.entries(fields).map(([field, value]) => (
        <li key={field}>
          <Text span size="sm" c="dimmed">
            {words.fieldText}:
          </Text>{' '}
          {field} = <Template text={value} />
        </li>
      ))}
      {task ? (
        <li>
          <Text span size="sm" c="dimmed">
            {words.taskText} ({words.due(durationText(task.dueSeconds))}):
          </Text>{' '}
          <Template text={task.text} />
        </li>
      ) : null}
    </ul>
  );
}
