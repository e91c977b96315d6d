import { Anchor, List, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CustomerioStep } from '../../../api/types.ts';
import { Facts } from '../../../parts/Facts.tsx';
import { setupTexts } from '../../../texts.ts';
import { ClickList } from '../Clicks.tsx';
import { CopyValue } from '../CopyValue.tsx';

const labels = setupTexts.customerio;

/** How the reporting webhook is made: by Stagepost, or by these clicks with these values. */
export function Reporting({
  reporting,
  children,
}: Pick<CustomerioStep, 'reporting'> & { children?: ReactNode }) {
  return (
    <Stack component="section" gap="xs" aria-label={labels.reporting}>
      <Title order={3} fz="md">
        {labels.reporting}
      </Title>
      {reporting.way === 'api' ? <Text size="sm">{labels.byApi}</Text> : <ByHand reporting={reporting} />}
      {children}
    </Stack>
  );
}

function ByHand({ reporting: { name, endpoint, events, clicks, url } }: Pick<CustomerioStep, 'reporting'>) {
  return (
    <>
      <Text size="sm">{labels.byHand}</Text>
      <ClickList clicks={clicks} />
      <Facts>
        <dt>{labels.webhookName}</dt>
        <dd>
          <CopyValue label={labels.webhookName} value={name} />
        </dd>
        <dt>{labels.endpoint}</dt>
        <dd>
          {endpoint === null ? labels.noEndpoint : <CopyValue label={labels.endpoint} value={endpoint} />}
        </dd>
        {events.length === 0 ? null : (
          <>
            <dt>{labels.events}</dt>
            <dd>
              <List size="sm">
                {events.map(({ name: event, label }) => (
                  <List.Item key={event}>{label}</List.Item>
                ))}
              </List>
            </dd>
          </>
        )}
      </Facts>
      {url === null ? null : (
        <Anchor size="sm" href={url} target="_blank" rel="noreferrer">
          {labels.openPage}
        </Anchor>
      )}
    </>
  );
}
