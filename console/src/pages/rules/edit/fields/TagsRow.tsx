import { TagsInput } from '@mantine/core';
import { ruleTexts } from '../../../../texts.ts';
import { useProblem } from '../context.ts';
import classes from '../edit.module.css';
import type { TagsForm } from '../form.ts';
import { anchorOf, type Path } from '../problems.ts';

const labels = ruleTexts.tags;

interface TagsRowProps {
  path: Path;
  tags: TagsForm;
  onChange(tags: TagsForm): void;
}

/** The tags that a rule adds to the deal, next to those that it removes. */
export function TagsRow({ path, tags, onChange }: TagsRowProps) {
  return (
    <div className={classes.two}>
      <Tags
        path={[...path, 'add']}
        label={labels.add}
        description={labels.addHint}
        tags={tags.add}
        onChange={(add) => onChange({ ...tags, add })}
      />
      <Tags
        path={[...path, 'remove']}
        label={labels.remove}
        description={labels.removeHint}
        tags={tags.remove}
        onChange={(remove) => onChange({ ...tags, remove })}
      />
    </div>
  );
}

interface TagsProps {
  path: Path;
  label: string;
  description: string;
  tags: string[];
  onChange(tags: string[]): void;
}

function Tags({ path, label, description, tags, onChange }: TagsProps) {
  return (
    <TagsInput
      id={anchorOf(path)}
      label={label}
      description={description}
      placeholder={tags.length === 0 ? labels.placeholder : ''}
      value={tags}
      onChange={onChange}
      error={useProblem(path)}
      acceptValueOnBlur
    />
  );
}
