import { Group, SegmentedControl, TextInput } from '@mantine/core';
import { overviewTexts as labels } from '../../texts.ts';
import { dayText, PERIODS, type Period, type PeriodSearch } from './period.ts';

const DAY_MS = 86_400_000;

interface PeriodChoiceProps {
  search: PeriodSearch;
  onChange(search: PeriodSearch): void;
}

/** Today, the last days, or the days between two dates. */
export function PeriodChoice({ search: { period = '7d', from, to }, onChange }: PeriodChoiceProps) {
  const today = dayText(Date.now());
  const choose = (chosen: Period) =>
    onChange(
      chosen === 'custom'
        ? { period: chosen, from: dayText(Date.now() - 13 * DAY_MS), to: today }
        : { period: chosen },
    );
  const day = (label: string, value: string | undefined, change: (value: string) => PeriodSearch) => (
    <TextInput
      type="date"
      size="xs"
      label={label}
      value={value ?? ''}
      max={today}
      onChange={(event) => {
        if (event.currentTarget.value !== '') onChange(change(event.currentTarget.value));
      }}
    />
  );
  return (
    <Group gap="xs" align="flex-end">
      <SegmentedControl
        size="xs"
        aria-label={labels.period}
        value={period}
        onChange={(value) => choose(value as Period)}
        data={PERIODS.map((value) => ({ value, label: labels.periods[value] }))}
      />
      {period === 'custom' ? (
        <>
          {day(labels.from, from, (value) => ({ period, from: value, to: laterOf(value, to ?? value) }))}
          {day(labels.to, to, (value) => ({ period, from: earlierOf(from ?? value, value), to: value }))}
        </>
      ) : null}
    </Group>
  );
}

/** Of two days as `2026-11-30`, whose order is that of their letters. */
function laterOf(a: string, b: string): string {
  return a > b ? a : b;
}

function earlierOf(a: string, b: string): string {
  return a < b ? a : b;
}
