import { Text } from '@mantine/core';
import type { Rules } from '../../api/types.ts';
import { texts } from '../../texts.ts';
import { durationText } from './duration-text.ts';
import classes from './rules.module.css';
import { Template } from './Template.tsx';

const labels = texts.rules;

type Reaction = Rules['reactions'][number];

/** What is done in Kommo. */
export function Does({
  note,
  task,
  fields = {},
  tags = null,
}: {
  note: string | null;
  task: Reaction['task'];
  fields?: Reaction['fields'];
  tags?: Reaction['tags'];
}) {
  return (
    <ul className={classes.does}>
      {note ? (
        <li>
          <Text span size="sm" c="dimmed">
            {labels.noteText}:
          </Text>{' '}
          <Template text={note} />
        </li>
      ) : null}
      {Object.entries(fields).map(([field, value]) => (
        <li key={field}>
          <Text span size="sm" c="dimmed">
            {labels.fieldText}:
          </Text>{' '}
          {field} = <Template text={value} />
        </li>
      ))}
      <TagList label={labels.addTagsText} tags={tags?.add ?? []} />
      <TagList label={labels.removeTagsText} tags={tags?.remove ?? []} />
      {task ? (
        <li>
          <Text span size="sm" c="dimmed">
            {labels.taskText} ({labels.due(durationText(task.dueSeconds))}):
          </Text>{' '}
          <Template text={task.text} />
        </li>
      ) : null}
    </ul>
  );
}

function TagList({ label, tags }: { label: string; tags: string[] }) {
  if (tags.length === 0) return null;
  return (
    <li>
      <Text span size="sm" c="dimmed">
        {label}:
      </Text>{' '}
      {tags.map((tag, index) => (
        <span key={tag}>
          {index > 0 ? ', ' : null}
          <Template text={tag} />
        </span>
      ))}
    </li>
  );
}
