import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { overviewTexts as labels } from '../../texts.ts';
import type { OverviewSearch } from './search.ts';

/** From a list back to the numbers of the same time. */
export function ToOverview({ search }: { search: OverviewSearch }) {
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/" search={search} {...props} />}>
      ← {labels.deals.back}
    </Anchor>
  );
}
