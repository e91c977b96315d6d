import { Autocomplete, type AutocompleteProps, Text } from '@mantine/core';
import type { SetupAccount } from '../../../api/types.ts';
import { setupTexts } from '../../../texts.ts';

interface EventChoiceProps extends Pick<AutocompleteProps, 'label' | 'description' | 'maw'> {
  /** The events to choose from. */
  events: NonNullable<SetupAccount['events']>;
  value: string;
  onChange(value: string): void;
}

/** The name of an event: one that starts something, or any other. */
export function EventChoice({ events, value, ...input }: EventChoiceProps) {
  const campaignsOf = new Map(events.map(({ event, campaigns }) => [event, campaigns]));
  const names = [...campaignsOf.keys()];
  const typed = value.trim().toLowerCase();
  // What is chosen already must not hide what else there is.
  const shown = campaignsOf.has(value) ? names : names.filter((name) => name.toLowerCase().includes(typed));
  return (
    <Autocomplete
      {...input}
      value={value}
      data={shown}
      filter={({ options }) => options}
      renderOption={({ option }) => {
        const campaigns = campaignsOf.get(option.value) ?? [];
        return (
          <div className="wrap">
            {option.value}
            {campaigns.length === 0 ? null : (
              <Text size="xs" c="dimmed" component="div">
                {setupTexts.rules.starts(campaigns.join(', '))}
              </Text>
            )}
          </div>
        );
      }}
      maxDropdownHeight={280}
      maxLength={500}
      spellCheck={false}
      autoComplete="off"
    />
  );
}
