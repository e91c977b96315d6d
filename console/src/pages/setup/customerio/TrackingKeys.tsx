import { Anchor, Title } from '@mantine/core';
import { useState } from 'react';
import type { Setup } from '../../../api/types.ts';
import { Facts } from '../../../parts/Facts.tsx';
import { setupTexts } from '../../../texts.ts';
import { AnswerForm } from '../AnswerForm.tsx';
import { CheckBar } from '../CheckBar.tsx';
import { Clicks } from '../Clicks.tsx';
import { FindingList, findingsOf, problemOf } from '../FindingList.tsx';
import { LineInput } from '../LineInput.tsx';
import { useAnswer } from '../queries.ts';
import { SecretInput } from '../SecretInput.tsx';
import type { CustomerioAnswer } from './fields.ts';

const labels = setupTexts.customerio;

/** Site ID and API key, which are checked together; the region is found with them. */
export function TrackingKeys({ setup: { name, customerio } }: { setup: Setup }) {
  const [siteId, setSiteId] = useState(customerio.siteId ?? '');
  const [apiKey, setApiKey] = useState('');
  const answer = useAnswer<CustomerioAnswer>(name, 'customerio');
  const { findings, hasApiKey } = customerio;
  const keyProblem = problemOf(findings, 'apiKey');

  function send() {
    const changed: CustomerioAnswer = {
      ...(siteId.trim() !== '' && siteId.trim() !== customerio.siteId ? { siteId: siteId.trim() } : {}),
      ...(apiKey.trim() !== '' ? { apiKey: apiKey.trim() } : {}),
    };
    const isWhole = siteId.trim() !== '' && (apiKey.trim() !== '' || hasApiKey);
    if (answer.isPending || !isWhole || Object.keys(changed).length === 0) return;
    answer.mutate(changed, {
      onSuccess: ({ customerio: now }) => {
        if (problemOf(now.findings, 'apiKey') === null) setApiKey('');
      },
    });
  }
  function submit() {
    if (apiKey.trim() === '' && siteId.trim() === customerio.siteId) answer.mutate({});
    else send();
  }
  return (
    <AnswerForm label={labels.tracking} onSubmit={submit}>
      <Title order={3} fz="md">
        {labels.tracking}
      </Title>
      <LineInput
        label={labels.siteId}
        maxLength={200}
        value={siteId}
        error={problemOf(findings, 'siteId')}
        onChange={setSiteId}
        onBlur={send}
      />
      <div>
        <SecretInput
          name="apiKey"
          label={labels.apiKey}
          isStored={hasApiKey && keyProblem === null}
          value={apiKey}
          error={keyProblem}
          onChange={setApiKey}
          onLeave={send}
        />
        <Clicks title={labels.trackingWhere} clicks={labels.trackingClicks} />
      </div>
      <CheckBar
        answer={answer}
        checking={labels.checking}
        wasChecked={customerio.checkedAt !== null}
        isDone={customerio.region !== null}
      />
      <Workspace customerio={customerio} />
      <FindingList findings={[...findingsOf(findings, 'siteId'), ...findingsOf(findings, 'apiKey')]} />
    </AnswerForm>
  );
}

function Workspace({ customerio: { region, workspace, workspaceUrl } }: Pick<Setup, 'customerio'>) {
  if (region === null) return null;
  return (
    <Facts>
      <dt>{labels.region}</dt>
      <dd>{labels.regionLabels[region]}</dd>
      {workspace === null ? null : (
        <>
          <dt>{labels.workspace}</dt>
          <dd>
            {workspace}{' '}
            {workspaceUrl === null ? null : (
              <Anchor inherit href={workspaceUrl} target="_blank" rel="noreferrer">
                {labels.seeWorkspace}
              </Anchor>
            )}
          </dd>
        </>
      )}
    </Facts>
  );
}
