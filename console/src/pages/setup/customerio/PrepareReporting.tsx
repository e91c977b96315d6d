import { Button, Group, Text } from '@mantine/core';
import type { Setup } from '../../../api/types.ts';
import { setupTexts } from '../../../texts.ts';
import { FindingList } from '../FindingList.tsx';
import { useAnswer } from '../queries.ts';
import type { CustomerioAnswer } from './fields.ts';

const labels = setupTexts.customerio;

/** Where no page in Customer.io shows the signing key yet: a button that makes the reporting webhook, switched off. */
export function PrepareReporting({ setup: { name, customerio } }: { setup: Setup }) {
  const answer = useAnswer<CustomerioAnswer>(name, 'customerio');
  const { reporting, hasSigningKey, findings } = customerio;
  const isWanted = reporting.way === 'api' && reporting.endpoint !== null && !hasSigningKey;
  return (
    <>
      {isWanted && !reporting.isPrepared ? (
        <>
          <Text size="sm">{labels.prepareWhy}</Text>
          <Group>
            <Button
              size="sm"
              variant="default"
              loading={answer.isPending}
              onClick={() => answer.mutate({ prepareReporting: true })}
            >
              {labels.prepare}
            </Button>
          </Group>
        </>
      ) : null}
      {answer.error ? (
        <Text size="sm" c="red" role="alert">
          {answer.error.message}
        </Text>
      ) : null}
      {reporting.isPrepared ? (
        <Text size="sm" role="status">
          {labels.prepared(reporting.name)}
        </Text>
      ) : (
        <FindingList findings={findings.filter(({ field }) => field === 'reporting')} />
      )}
    </>
  );
}
