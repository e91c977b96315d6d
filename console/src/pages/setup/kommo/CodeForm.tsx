import { useState } from 'react';
import { useCode } from '../../../api/kommo-access.ts';
import type { Setup } from '../../../api/types.ts';
import { setupTexts } from '../../../texts.ts';
import { AnswerForm } from '../AnswerForm.tsx';
import { CheckBar } from '../CheckBar.tsx';
import { AddressInput } from '../LineInput.tsx';
import { SecretInput } from '../SecretInput.tsx';

const labels = setupTexts.kommo;

/** The authorization code that Kommo shows in the integration's window, and the account it is for. */
export function CodeForm({ setup: { name, kommo } }: { setup: Setup }) {
  const [account, setAccount] = useState(kommo.url ?? '');
  const [code, setCode] = useState('');
  const exchange = useCode(name);
  function send() {
    if (exchange.isPending || account.trim() === '' || code.trim() === '') return;
    // A code works once: it leaves the page whatever came of it.
    exchange.mutate({ account: account.trim(), code: code.trim() }, { onSettled: () => setCode('') });
  }
  return (
    <AnswerForm onSubmit={send}>
      <AddressInput value={account} onChange={setAccount} />
      <SecretInput
        name="code"
        label={labels.code}
        description={labels.codeHint}
        isStored={false}
        value={code}
        onChange={setCode}
      />
      <CheckBar
        answer={exchange}
        checking={labels.checking}
        wasChecked={false}
        isDone={false}
        label={labels.useCode}
      />
    </AnswerForm>
  );
}
