import { Anchor, Button, Group, Select, Switch, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { SearchIcon } from '../../parts/icons.tsx';
import { plain } from '../../parts/names.ts';
import { exact } from '../../parts/when.ts';
import { directionLabels, kindLabels, outcomeLabels, texts } from '../../texts.ts';
import classes from './Filters.module.css';
import { type ActivitySearch, findingOf, type Period } from './search.ts';

interface FiltersProps {
  search: ActivitySearch;
  onChange(change: Partial<ActivitySearch>): void;
  onClear(): void;
}

const words = texts.activity;

/** The filters of the list. All of them are in the URL, so that it can be bookmarked and shared. */
export function Filters({ search, onChange, onClear }: FiltersProps) {
  const { own, ...periods } = words.periods;
  const isOwnPeriod = search.since !== undefined || search.until !== undefined;
  return (
    <Group gap="xs" align="flex-end">
      <Find search={search} onChange={onChange} />
      <Choice
        label={words.direction}
        value={search.direction}
        options={directionLabels}
        onChange={(direction) => onChange({ direction })}
      />
      <Choice
        label={words.kind}
        value={search.kind}
        options={kindLabels}
        onChange={(kind) => onChange({ kind })}
      />
      <Choice
        label={words.outcome}
        value={search.outcome}
        options={outcomeLabels}
        onChange={(outcome) => onChange({ outcome, hide: undefined })}
      />
      <Choice
        label={words.period}
        value={isOwnPeriod ? 'own' : search.period}
        options={isOwnPeriod ? { ...periods, own: labels(search) } : periods}
        onChange={(period) =>
          period === 'own'
            ? undefined
            : onChange({ period: period as Period | undefined, since: undefined, until: undefined })
        }
      />
      {search.outcome === undefined ? (
        <Switch
          size="xs"
          py={7}
          label={words.hideNothing}
          checked={search.hide === 'nothing'}
          onChange={(event) => onChange({ hide: event.currentTarget.checked ? 'nothing' : undefined })}
        />
      ) : null}
      {search.name ? (
        <Given onRemove={() => onChange({ name: undefined })}>{plain(search.name)}</Given>
      ) : null}
      {search.repaired ? (
        <Given onRemove={() => onChange({ repaired: undefined })}>{words.repaired}</Given>
      ) : null}
      {Object.keys(search).length > 0 ? (
        <Anchor component="button" size="sm" onClick={onClear} py={6}>
          {words.clear}
        </Anchor>
      ) : null}
    </Group>
  );
}

function labels({ since, until }: ActivitySearch): string {
  const short = (at: number) => exact(at).replace(/ \(.*/, '');
  return [
    since === undefined ? null : `${words.from} ${short(since)}`,
    until === undefined ? null : `${words.to} ${short(until)}`,
  ]
    .filter((part) => part !== null)
    .join(' ');
}

/** A filter that only a link from another page sets. */
function Given({ children, onRemove }: { children: string; onRemove(): void }) {
  return (
    <Button size="xs" h={30} variant="light" onClick={onRemove} title={words.remove} rightSection="×">
      {children}
    </Button>
  );
}

function Find({ search, onChange }: Pick<FiltersProps, 'search' | 'onChange'>) {
  const given = search.deal === undefined ? (search.email ?? '') : String(search.deal);
  const [typed, setTyped] = useState(given);
  useEffect(() => setTyped(given), [given]);
  return (
    <search className={classes.find}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onChange(findingOf(typed));
        }}
      >
        <TextInput
          size="xs"
          label={words.find}
          placeholder={words.findHint}
          leftSection={<SearchIcon size={14} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onBlur={() => typed !== given && onChange(findingOf(typed))}
        />
      </form>
    </search>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T | undefined;
  options: Partial<Record<T, string>>;
  onChange(value: T | undefined): void;
}

function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const data = Object.entries<string | undefined>(options).map(([option, words]) => ({
    value: option,
    label: words ?? option,
  }));
  return (
    <Select
      size="xs"
      w={{ base: 'calc(50% - 5px)', xs: 158 }}
      label={label}
      data={[{ value: '', label: words.any }, ...data]}
      value={value ?? ''}
      allowDeselect={false}
      checkIconPosition="right"
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      onChange={(chosen) => onChange((chosen || undefined) as T | undefined)}
    />
  );
}
