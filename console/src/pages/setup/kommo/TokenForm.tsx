import { useState } from 'react';
import type { Setup } from '../../../api/types.ts';
import { setupTexts } from '../../../texts.ts';
import { AnswerForm } from '../AnswerForm.tsx';
import { CheckBar } from '../CheckBar.tsx';
import { Clicks } from '../Clicks.tsx';
import { FindingList, findingsOf, problemOf } from '../FindingList.tsx';
import { AddressInput } from '../LineInput.tsx';
import { useAnswer } from '../queries.ts';
import { SecretInput } from '../SecretInput.tsx';

const labels = setupTexts.kommo;

/** The account's address and a long-lived token. Each is checked when its field is left. */
export function TokenForm({ setup: { name, kommo } }: { setup: Setup }) {
  const [url, setUrl] = useState(kommo.url ?? '');
  const [token, setToken] = useState('');
  const answer = useAnswer<{ url?: string; token?: string }>(name, 'kommo');

  function send() {
    const changed = {
      ...(url.trim() !== '' && url.trim() !== kommo.url ? { url: url.trim() } : {}),
      ...(token.trim() !== '' ? { token: token.trim() } : {}),
    };
    if (answer.isPending || Object.keys(changed).length === 0) return;
    answer.mutate(changed, {
      onSuccess: (now) => {
        setUrl((typed) => (now.kommo.url !== null && typed === url ? now.kommo.url : typed));
        if (problemOf(now.kommo.findings, 'token') === null) setToken('');
      },
    });
  }
  function submit() {
    if (token.trim() === '' && url.trim() === kommo.url) answer.mutate({});
    else send();
  }
  const tokenProblem = problemOf(kommo.findings, 'token');
  return (
    <AnswerForm onSubmit={submit}>
      <AddressInput
        description={setupTexts.start.urlHint}
        maw={480}
        value={url}
        error={problemOf(kommo.findings, 'url')}
        onChange={setUrl}
        onBlur={send}
      />
      <div>
        <SecretInput
          name="token"
          label={labels.token}
          isStored={kommo.hasToken && tokenProblem === null}
          value={token}
          error={tokenProblem}
          onChange={setToken}
          onLeave={send}
        />
        <Clicks title={labels.tokenWhere} clicks={labels.tokenClicks} />
      </div>
      <CheckBar
        answer={answer}
        checking={labels.checking}
        wasChecked={kommo.checkedAt !== null}
        isDone={kommo.state === 'done'}
      />
      <FindingList
        findings={[...findingsOf(kommo.findings, 'url'), ...findingsOf(kommo.findings, 'token')]}
      />
    </AnswerForm>
  );
}
