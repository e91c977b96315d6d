import { Anchor, Button, Group, Switch, TextInput } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { SearchIcon } from '../../parts/icons.tsx';
import { plain } from '../../parts/names.ts';
import { exact } from '../../parts/when.ts';
import { activityTexts, texts } from '../../texts.ts';
import { Choice, optionsOf } from './Choice.tsx';
import classes from './Filters.module.css';
import { MoreFilters } from './MoreFilters.tsx';
import { type ActivitySearch, findingOf, foldedFilters, type Period } from './search.ts';

interface FiltersProps {
  search: ActivitySearch;
  connection: string | undefined;
  onChange(change: Partial<ActivitySearch>): void;
  onClear(): void;
}

const words = texts.activity;

/** The filters of the list. All of them are in the URL, so that it can be bookmarked and shared. */
export function Filters({ search, connection, onChange, onClear }: FiltersProps) {
  const { own, ...periods } = words.periods;
  const isOwnPeriod = search.since !== undefined || search.until !== undefined;
  const count = foldedFilters(search);
  const [isOpen, setOpen] = useState(count > 0);
  const more = useId();
  return (
    <Group gap="xs" align="flex-end">
      <Find search={search} onChange={onChange} />
      <Choice
        label={words.period}
        value={isOwnPeriod ? 'own' : search.period}
        options={optionsOf(isOwnPeriod ? { ...periods, own: labels(search) } : periods)}
        onChange={(period) =>
          period === 'own'
            ? undefined
            : onChange({ period: period as Period | undefined, since: undefined, until: undefined })
        }
      />
      <Button
        size="xs"
        h={30}
        variant="default"
        aria-expanded={isOpen}
        aria-controls={more}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? activityTexts.fewer : activityTexts.more(count)}
      </Button>
      {search.outcome === undefined && search.reason === undefined ? (
        <Switch
          size="xs"
          py={7}
          label={activityTexts.showNothing}
          checked={search.show === 'all'}
          onChange={(event) => onChange({ show: event.currentTarget.checked ? 'all' : undefined })}
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
      <Group id={more} gap="xs" align="flex-end" w="100%" hidden={!isOpen}>
        {isOpen ? <MoreFilters search={search} connection={connection} onChange={onChange} /> : null}
      </Group>
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
