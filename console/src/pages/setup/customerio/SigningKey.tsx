import { SegmentedControl, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Setup } from '../../../api/types.ts';
import { setupTexts } from '../../../texts.ts';
import { AnswerForm } from '../AnswerForm.tsx';
import { CheckBar } from '../CheckBar.tsx';
import { Clicks } from '../Clicks.tsx';
import { FindingList, findingsOf, problemOf } from '../FindingList.tsx';
import { useAnswer } from '../queries.ts';
import { SecretInput } from '../SecretInput.tsx';
import type { CustomerioAnswer } from './fields.ts';

const labels = setupTexts.customerio;

/** With an App API key the server knows the webhook whose page shows the key. */
const signingClicks = ({ reporting }: Setup['customerio']) =>
  reporting.way === 'api' ? reporting.clicks : labels.signingClicks;

type Way = 'signingKey' | 'serviceAccountToken';

/** The key with which Customer.io signs its reports: pasted, or read once with a token that is not kept. */
export function SigningKey({ setup: { name, customerio } }: { setup: Setup }) {
  const [way, setWay] = useState<Way>('signingKey');
  const [value, setValue] = useState('');
  const answer = useAnswer<CustomerioAnswer>(name, 'customerio');
  const problem = problemOf(customerio.findings, way);
  function send() {
    if (answer.isPending || value.trim() === '') return;
    answer.mutate(
      { [way]: value.trim() },
      {
        onSuccess: ({ customerio: now }) => {
          // A token that can do everything in the account leaves the page as soon as it was used.
          if (way === 'serviceAccountToken' || problemOf(now.findings, way) === null) setValue('');
        },
      },
    );
  }
  const isPasting = way === 'signingKey';
  const isStored = customerio.hasSigningKey && problem === null;
  return (
    <AnswerForm gap="xs" onSubmit={send}>
      <Title order={3} fz="md">
        {labels.signing}
      </Title>
      <Text size="sm">{labels.signingHint}</Text>
      {isStored ? null : (
        <SegmentedControl
          aria-label={labels.signingWays}
          w="fit-content"
          maw="100%"
          value={way}
          onChange={(chosen) => {
            setWay(chosen as Way);
            setValue('');
          }}
          data={[
            { value: 'signingKey', label: labels.signingPaste },
            { value: 'serviceAccountToken', label: labels.signingAccount },
          ]}
        />
      )}
      <SecretInput
        key={way}
        name={way}
        label={isPasting ? labels.signing : labels.serviceAccount}
        description={isPasting ? undefined : labels.serviceAccountHint}
        isStored={isStored}
        value={value}
        error={problem}
        onChange={setValue}
        onLeave={send}
      />
      {isStored && customerio.signingKeyFrom === 'service_account' ? (
        <Text size="sm" c="dimmed">
          {labels.readOnce}
        </Text>
      ) : null}
      {isPasting && !isStored ? (
        <Clicks title={labels.signingWhere} clicks={signingClicks(customerio)} />
      ) : null}
      {value === '' && !answer.error ? null : (
        <CheckBar answer={answer} checking={labels.checking} wasChecked={false} isDone />
      )}
      <FindingList findings={findingsOf(customerio.findings, 'signingKey')} />
    </AnswerForm>
  );
}
