import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Backfill } from '../../api/types.ts';
import { number } from '../../languages/locale.ts';
import { backfillTexts } from '../../texts.ts';
import classes from './backfill.module.css';
import { leftOutCsv } from './queries.ts';

type Deals = Backfill['counts']['deals'];
type Outcome = keyof Deals;

const EXAMPLES = 3;

/** How many deals end in which way, with examples of those that are left out and the list to download. */
export function Outcomes({ backfill, deals }: { backfill: Backfill; deals: Deals }) {
  const { id, examples } = backfill;
  const sorted = (Object.entries(deals) as [Outcome, number][]).toSorted(([, one], [, other]) => other - one);
  if (sorted.length === 0) return null;
  return (
    <Stack gap="xs" align="flex-start">
      <ul className={classes.outcomes} aria-label={backfillTexts.outcomesTitle}>
        {sorted.map(([outcome, count]) => (
          <li key={outcome}>
            <span className={`number ${classes.count}`}>{number(count)}</span>
            <span>
              {backfillTexts.outcomes[outcome]}
              <Examples deals={examples.filter((deal) => deal.outcome === outcome)} />
            </span>
          </li>
        ))}
      </ul>
      {examples.length > 0 ? <Download id={id} /> : null}
    </Stack>
  );
}

function Examples({ deals }: { deals: Backfill['examples'] }) {
  if (deals.length === 0) return null;
  return (
    <Text component="span" size="sm" c="dimmed">
      {' '}
      ({backfillTexts.example}{' '}
      {deals.slice(0, EXAMPLES).map(({ dealId, link, detail }, index) => (
        <span key={dealId}>
          {index > 0 ? ', ' : ''}
          <Anchor className={classes.deal} href={link} target="_blank" rel="noreferrer" title={detail}>
            {backfillTexts.deal(dealId)}
          </Anchor>
        </span>
      ))}
      )
    </Text>
  );
}

function Download({ id }: { id: number }) {
  const download = useMutation({
    mutationFn: () => leftOutCsv(id),
    onSuccess: (csv) => {
      const anchor = document.createElement('a');
      anchor.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
      anchor.download = `backfill-${id}-left-out.csv`;
      anchor.click();
      URL.revokeObjectURL(anchor.href);
    },
  });
  return (
    <Button size="xs" variant="default" loading={download.isPending} onClick={() => download.mutate()}>
      {backfillTexts.download}
    </Button>
  );
}
