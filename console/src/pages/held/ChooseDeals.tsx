import { Alert, Button, Checkbox, Group, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { heldDealsQuery } from '../../api/queries.ts';
import type { HeldDeals, Hold } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { DealLink } from '../../parts/DealLink.tsx';
import { Answered } from '../../parts/States.tsx';
import { heldTexts } from '../../texts.ts';
import { Outside } from '../trace/TracePage.tsx';
import { allHeld } from './all-held.ts';
import type { Ask, Chosen } from './decision.ts';
import { userName } from './HoldFacts.tsx';
import classes from './held.module.css';

const labels = heldTexts.list;
const PAGE = 20;

interface ChooseDealsProps {
  hold: Hold;
  onDecide: Ask;
  onDone(): void;
}

/** The held deals page by page. What is chosen stays chosen on other pages. */
export function ChooseDeals({ hold, onDecide, onDone }: ChooseDealsProps) {
  // The `above` of each page up to the present one.
  const [pages, setPages] = useState([0]);
  const [chosen, setChosen] = useState<Chosen>(new Map());
  const deals = useQuery(heldDealsQuery(hold.id, pages.at(-1)!, PAGE));
  const all = useMutation({ mutationFn: () => allHeld(hold.id), onSuccess: setChosen });
  const next = deals.data?.next ?? null;
  const decide = (what: 'send' | 'discard') => onDecide({ what, hold, chosen, onDone });
  return (
    <Stack gap="sm" component="section" aria-label={labels.label}>
      <Answered of={deals}>
        {(data) => (
          <DealTable
            deals={data.deals}
            hold={hold}
            chosen={chosen}
            isLoading={deals.isPlaceholderData}
            onChoose={setChosen}
          />
        )}
      </Answered>
      <Group justify="space-between" gap="xs">
        <Group gap="xs" component="nav" aria-label={labels.pages}>
          <Button
            size="xs"
            variant="default"
            disabled={pages.length === 1}
            onClick={() => setPages(pages.slice(0, -1))}
          >
            {labels.previous}
          </Button>
          <Text size="sm" className="number">
            {labels.page(pages.length)}
          </Text>
          <Button
            size="xs"
            variant="default"
            disabled={next === null || deals.isPlaceholderData}
            onClick={() => next !== null && setPages([...pages, next])}
          >
            {labels.next}
          </Button>
        </Group>
        <Group gap="xs">
          <Button size="xs" variant="subtle" loading={all.isPending} onClick={() => all.mutate()}>
            {labels.chooseAll(hold.held)}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            disabled={chosen.size === 0}
            onClick={() => setChosen(new Map())}
          >
            {labels.clear}
          </Button>
        </Group>
      </Group>
      {all.error ? (
        <Alert color="red" role="alert">
          {all.error.message}
        </Alert>
      ) : null}
      <Group gap="xs" className={classes.decide}>
        <Text size="sm" fw={600} className="number" aria-live="polite">
          {labels.chosen(chosen.size, hold.held)}
        </Text>
        <Button size="xs" disabled={chosen.size === 0} onClick={() => decide('send')}>
          {labels.send(chosen.size)}
        </Button>
        <Button size="xs" variant="default" disabled={chosen.size === 0} onClick={() => decide('discard')}>
          {labels.discard(chosen.size)}
        </Button>
      </Group>
    </Stack>
  );
}

interface DealTableProps {
  deals: HeldDeals['deals'];
  hold: Hold;
  chosen: Chosen;
  /** The deals are still those of the previous page: nothing can be chosen among them. */
  isLoading: boolean;
  onChoose(chosen: Chosen): void;
}

function DealTable({ deals, hold, chosen, isLoading, onChoose }: DealTableProps) {
  if (deals.length === 0) return <Text size="sm">{labels.empty}</Text>;
  const choose = (some: HeldDeals['deals'], isChosen: boolean) => {
    const changed = new Map(chosen);
    for (const { dealId, at } of some)
      if (isChosen) changed.set(dealId, at);
      else changed.delete(dealId);
    onChoose(changed);
  };
  const here = deals.filter(({ dealId }) => chosen.has(dealId)).length;
  const nameOf = (id: number | null) =>
    id === null ? '' : userName({ id, name: hold.users.find((user) => user.id === id)?.name ?? null });
  return (
    <Table.ScrollContainer minWidth={0} type="native">
      <Table verticalSpacing={4} fz="sm" aria-busy={isLoading}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={36}>
              <Checkbox
                size="xs"
                aria-label={labels.pickPage}
                disabled={isLoading}
                checked={here === deals.length}
                indeterminate={here > 0 && here < deals.length}
                onChange={(event) => choose(deals, event.currentTarget.checked)}
              />
            </Table.Th>
            <Table.Th>{labels.deal}</Table.Th>
            <Table.Th>{labels.entered}</Table.Th>
            <Table.Th className={classes.wide}>{labels.movedBy}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {deals.map(({ event, dealId, deal, at, by, link, connection }) => (
            <Table.Tr key={event}>
              <Table.Td>
                <Checkbox
                  size="xs"
                  aria-label={labels.pick(dealId)}
                  disabled={isLoading}
                  checked={chosen.has(dealId)}
                  onChange={(change) =>
                    choose([{ event, dealId, deal, at, by, link, connection }], change.currentTarget.checked)
                  }
                />
              </Table.Td>
              <Table.Td>
                <Group gap="2px 12px">
                  <DealLink id={dealId} name={deal} connection={connection} />
                  <Outside href={link}>{heldTexts.openInKommo}</Outside>
                </Group>
              </Table.Td>
              <Table.Td>
                <Ago at={at} />
              </Table.Td>
              <Table.Td className={classes.wide}>{nameOf(by)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
