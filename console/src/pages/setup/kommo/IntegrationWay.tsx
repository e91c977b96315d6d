import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useIntegration } from '../../../api/kommo-access.ts';
import type { KommoAccessStatus, Setup } from '../../../api/types.ts';
import { Facts } from '../../../parts/Facts.tsx';
import { setupTexts } from '../../../texts.ts';
import { AnswerForm } from '../AnswerForm.tsx';
import { CheckBar } from '../CheckBar.tsx';
import { ClickList } from '../Clicks.tsx';
import { CopyValue } from '../CopyValue.tsx';
import { LineInput } from '../LineInput.tsx';
import { SecretInput } from '../SecretInput.tsx';
import { ButtonWay } from './ButtonWay.tsx';
import { CodeForm } from './CodeForm.tsx';

const labels = setupTexts.kommo;

interface IntegrationWayProps {
  setup: Setup;
  access: KommoAccessStatus;
  /** `code`: access is granted by a copied code instead of in Kommo's window. */
  way: 'integration' | 'code';
}

/** A private integration that a person makes in Kommo: its addresses, its ID and secret key, and then the access. */
export function IntegrationWay({ setup, access, way }: IntegrationWayProps) {
  return (
    <Stack gap="md">
      <ClickList clicks={labels.integrationClicks} />
      <Addresses access={access} />
      <IntegrationForm setup={setup} access={access} />
      {access.integration === null ? null : way === 'integration' ? (
        <ButtonWay name={setup.name} way="integration" />
      ) : (
        <CodeForm setup={setup} />
      )}
    </Stack>
  );
}

function Addresses({ access: { redirectUri, disconnectUri } }: { access: KommoAccessStatus }) {
  return (
    <Facts>
      <dt>{labels.redirectUri}</dt>
      <dd>
        {redirectUri === null ? (
          labels.noAddress
        ) : (
          <CopyValue label={labels.redirectUri} value={redirectUri} />
        )}
      </dd>
      {disconnectUri === null ? null : (
        <>
          <dt>{labels.disconnectUri}</dt>
          <dd>
            <CopyValue label={labels.disconnectUri} value={disconnectUri} />
          </dd>
        </>
      )}
    </Facts>
  );
}

function IntegrationForm({ setup, access }: Omit<IntegrationWayProps, 'way'>) {
  const [clientId, setClientId] = useState(access.integration?.clientId ?? '');
  const [clientSecret, setSecret] = useState('');
  const save = useIntegration(setup.name);
  const isStored = access.integration !== null;
  function send() {
    if (save.isPending || clientId.trim() === '' || clientSecret.trim() === '') return;
    const { url } = setup.kommo;
    save.mutate(
      {
        clientId: clientId.trim(),
        clientSecret: clientSecret.trim(),
        ...(url === null ? {} : { account: url }),
      },
      { onSuccess: () => setSecret('') },
    );
  }
  return (
    <AnswerForm onSubmit={send}>
      <LineInput
        label={labels.clientId}
        maxLength={500}
        value={clientId}
        onChange={setClientId}
        onBlur={send}
      />
      <SecretInput
        name="clientSecret"
        label={labels.clientSecret}
        isStored={isStored}
        value={clientSecret}
        onChange={setSecret}
        onLeave={send}
      />
      {isStored && clientSecret === '' && save.error === null ? (
        <Text size="sm" c="dimmed" role="status">
          {labels.integrationStored}
        </Text>
      ) : (
        <CheckBar
          answer={save}
          checking={labels.checking}
          wasChecked={false}
          isDone={isStored}
          label={labels.saveIntegration}
        />
      )}
    </AnswerForm>
  );
}
