import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../../../api/client.ts';
import type { Draft, SentTest } from '../../../../api/types.ts';
import { Fold } from '../../../../parts/Fold.tsx';
import { sendTexts as labels } from '../../../../texts.ts';
import { Lines } from '../../Lines.tsx';
import type { SampleDeal } from '../preview/kept-deal.ts';
import { keepAddress, recallAddress } from './kept-address.ts';

interface SendTestProps {
  connection: string;
  /** Missing where nothing was edited: the live rules are used. */
  draft: Draft | undefined;
  /** The draft has errors: nothing can be sent by it. */
  isWrong: boolean;
  rule: { part: 'stages' | 'inactivity'; index: number };
  /** The deal whose data is sent; null while none is known. */
  deal: SampleDeal | null;
}

/** Sends the event of a rule to the editor, who gets the campaign's real email. */
export function SendTest({ connection, draft, isWrong, rule, deal }: SendTestProps) {
  const [to, setTo] = useState(recallAddress);
  const sending = useMutation({
    mutationFn: (dealId: number) =>
      post<SentTest>('/api/rules/test', { connection, rule, dealId, to, ...(draft ? { draft } : {}) }),
    onSuccess: () => keepAddress(to.trim()),
  });
  const missing = deal === null ? labels.noDeal : isWrong ? labels.wrong : null;
  return (
    <Fold title={labels.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // React passes events of a portal's or a nested form on to the form around it.
          event.stopPropagation();
          if (deal && missing === null && to.trim() !== '') sending.mutate(deal.id);
        }}
      >
        <Stack gap="xs" maw={640}>
          <Text size="sm" c="dimmed" className="wrap">
            {deal ? labels.lead(deal.name) : labels.noDeal} {labels.limits}
          </Text>
          <Group align="flex-end" gap="sm">
            <TextInput
              type="email"
              label={labels.address}
              description={labels.addressHint}
              value={to}
              onChange={(event) => setTo(event.currentTarget.value)}
              maxLength={300}
              autoComplete="email"
              w={{ base: '100%', sm: 400 }}
            />
            <Button
              type="submit"
              variant="default"
              loading={sending.isPending}
              disabled={missing !== null || to.trim() === ''}
            >
              {labels.button}
            </Button>
          </Group>
          {isWrong ? <Text size="sm">{labels.wrong}</Text> : null}
          <div role="status">
            {sending.error ? (
              <Text size="sm" c="var(--mantine-color-error)" className="wrap">
                {sending.error.message}
              </Text>
            ) : null}
            {sending.data ? <Sent {...sending.data} /> : null}
          </div>
        </Stack>
      </form>
    </Fold>
  );
}

function Sent({ event, to, person, attributes, data, warnings, campaign, campaigns }: SentTest) {
  const starts =
    campaign === 'running'
      ? labels.campaigns(campaigns)
      : campaign === 'none'
        ? labels.noCampaign
        : labels.unknown;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600} className="wrap">
        {labels.sent(event, to)}
      </Text>
      <Text size="sm" className="wrap" {...(campaign === 'none' ? { c: 'var(--stagepost-warning)' } : {})}>
        {starts}
      </Text>
      {warnings.map((warning) => (
        <Text key={warning} size="sm" c="var(--stagepost-warning)" className="wrap">
          {warning}
        </Text>
      ))}
      <Fold title={labels.what}>
        <Stack gap="xs">
          <Text size="sm" className="wrap">
            {labels.person(person)}
          </Text>
          <Values title={labels.attributes} values={attributes} />
          <Values title={labels.data} values={data} />
        </Stack>
      </Fold>
    </Stack>
  );
}

function Values({ title, values }: { title: string; values: SentTest['attributes'] }) {
  const lines = JSON.stringify(values, null, 2).split('\n');
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Lines lines={lines.map((text) => ({ text, mark: 'same' as const }))} />
    </div>
  );
}
