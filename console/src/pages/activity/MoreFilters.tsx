import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { activityOptionsQuery } from '../../api/queries.ts';
import type { ActivityOptions } from '../../api/types.ts';
import { exact } from '../../parts/when.ts';
import { activityTexts, directionLabels, kindLabels, outcomeLabels, texts } from '../../texts.ts';
import { Choice, optionsOf } from './Choice.tsx';
import { noEmailLabels } from './no-email-labels.ts';
import { type ActivitySearch, activitySearch } from './search.ts';

interface MoreFiltersProps {
  search: ActivitySearch;
  connection: string | undefined;
  onChange(change: Partial<ActivitySearch>): void;
}

const words = texts.activity;
const NONE: ActivityOptions = {
  reasons: [],
  reasonsSince: null,
  stages: [],
  rules: [],
  campaigns: [],
  owners: [],
  ownersSince: null,
};

/** The filters that offer what exists in the account, and those that are seldom needed. */
export function MoreFilters({ search, connection, onChange }: MoreFiltersProps) {
  const options = useQuery(activityOptionsQuery(connection)).data ?? NONE;
  const texted = (found: { value: string | number; label: string }[]) =>
    found.map(({ value, label }) => ({ value: String(value), label }));
  const choice = (name: keyof ActivitySearch, label: string, values: { value: string; label: string }[]) => {
    const value = search[name];
    const change = (chosen: string | undefined) =>
      onChange({ [name]: undefined, ...activitySearch({ [name]: chosen }) });
    return (
      <Choice
        label={label}
        value={value === undefined ? undefined : String(value)}
        options={values}
        onChange={change}
      />
    );
  };
  const reasons = options.reasons.map((reason) => ({ value: reason, label: noEmailLabels[reason] }));
  return (
    <>
      {choice('reason', activityTexts.reason, reasons)}
      {choice('stage', activityTexts.stage, options.stages)}
      {choice('campaign', activityTexts.campaign, texted(options.campaigns))}
      {choice('owner', activityTexts.owner, texted(options.owners))}
      {choice(
        'rule',
        activityTexts.rule,
        options.rules.map((rule) => ({ value: rule, label: rule })),
      )}
      {choice('outcome', words.outcome, optionsOf(outcomeLabels))}
      {choice('kind', words.kind, optionsOf(kindLabels))}
      {choice('direction', words.direction, optionsOf(directionLabels))}
      <Since what={activityTexts.reasonsSince} at={search.reason ? options.reasonsSince : null} />
      <Since what={activityTexts.ownersSince} at={search.owner ? options.ownersSince : null} />
    </>
  );
}

/** Earlier events do not have what is filtered by. */
function Since({ what, at }: { what: string; at: number | null }) {
  if (at === null) return null;
  return (
    <Text size="xs" c="dimmed" py={8}>
      {activityTexts.since(what, exact(at).replace(/ \(.*/, ''))}
    </Text>
  );
}
