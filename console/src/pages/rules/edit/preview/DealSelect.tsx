import { Select, type SelectProps, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { previewTexts as labels } from '../../../../texts.ts';
import type { Place } from '../StageSelect.tsx';
import { type SampleDeal, sampleOf } from './kept-deal.ts';
import { sampleDealsQuery } from './queries.ts';

/** The pause in typing after which is searched, ms. */
const TYPING_MS = 150;

interface DealSelectProps extends Pick<SelectProps, 'label' | 'description' | 'error' | 'w' | 'maw'> {
  connection: string;
  /** Deals that entered this stage come first. */
  place: Place | null;
  value: SampleDeal | null;
  onChange(deal: SampleDeal): void;
}

/** A deal by the name of its client, its company or its own: the last ones that moved, or those that match what is typed. */
export function DealSelect({ connection, place, value, onChange, ...input }: DealSelectProps) {
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim() === value?.name ? '' : typed.trim(), TYPING_MS);
  const deals = useQuery(sampleDealsQuery(connection, q, place));
  const found = (deals.data?.results ?? []).flatMap((result) => {
    const deal = sampleOf(result);
    const detail = [result.company, result.deal?.stage, result.email].filter(Boolean).join(' · ');
    return deal ? [{ ...deal, detail }] : [];
  });
  const known =
    value && !found.some(({ id }) => id === value.id) ? [{ ...value, detail: '' }, ...found] : found;
  const byId = new Map(known.map((deal) => [String(deal.id), deal]));
  return (
    <Select
      {...input}
      placeholder={labels.dealHint}
      // Several clients of one deal are several results.
      data={[...byId].map(([value, { name }]) => ({ value, label: name }))}
      value={value && String(value.id)}
      onChange={(id) => {
        const deal = id === null ? undefined : byId.get(id);
        if (deal) onChange({ id: deal.id, name: deal.name });
      }}
      searchable
      allowDeselect={false}
      // The server has found them.
      filter={({ options }) => options}
      onSearchChange={setTyped}
      nothingFoundMessage={deals.isPending ? labels.searching : (deals.error?.message ?? labels.noDeal)}
      renderOption={({ option }) => (
        <div className="wrap">
          {option.label}
          <Text size="xs" c="dimmed" component="div">
            {[byId.get(option.value)?.detail, labels.number(option.value)].filter(Boolean).join(' · ')}
          </Text>
        </div>
      )}
      maxDropdownHeight={320}
    />
  );
}
