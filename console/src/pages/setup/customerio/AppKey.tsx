import { Badge, Group, Title } from '@mantine/core';
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

/** The key that reads and sets up the workspace. Optional. */
export function AppKey({ setup: { name, customerio } }: { setup: Setup }) {
  const [key, setKey] = useState('');
  const answer = useAnswer<CustomerioAnswer>(name, 'customerio');
  const problem = problemOf(customerio.findings, 'appKey');
  function send() {
    if (answer.isPending || key.trim() === '') return;
    answer.mutate(
      { appKey: key.trim() },
      {
        onSuccess: ({ customerio: now }) => {
          if (problemOf(now.findings, 'appKey') === null) setKey('');
        },
      },
    );
  }
  return (
    <AnswerForm gap="xs" onSubmit={send}>
      <Group gap="xs">
        <Title order={3} fz="md">
          {labels.campaigns}
        </Title>
        <Badge variant="default" tt="none" fw={500}>
          {labels.appKeyOptional}
        </Badge>
      </Group>
      <SecretInput
        name="appKey"
        label={labels.appKey}
        description={labels.appKeyHint}
        isStored={customerio.hasAppKey && problem === null}
        value={key}
        error={problem}
        onChange={setKey}
        onLeave={send}
      />
      <Clicks title={labels.appKeyWhere} clicks={labels.appKeyClicks} />
      {key === '' && !answer.error ? null : (
        <CheckBar answer={answer} checking={labels.checking} wasChecked={false} isDone />
      )}
      <FindingList findings={findingsOf(customerio.findings, 'appKey')} />
    </AnswerForm>
  );
}
