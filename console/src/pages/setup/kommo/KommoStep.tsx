import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { accessQuery, type Way } from '../../../api/kommo-access.ts';
import type { KommoAccessStatus, Setup } from '../../../api/types.ts';
import { Loading } from '../../../parts/States.tsx';
import { setupTexts } from '../../../texts.ts';
import { FindingList, otherFindings } from '../FindingList.tsx';
import { StepFrame } from '../StepFrame.tsx';
import { AccessFacts } from './AccessFacts.tsx';
import { ButtonWay } from './ButtonWay.tsx';
import { firstWay } from './first-way.ts';
import { Granted } from './Granted.tsx';
import { IntegrationWay } from './IntegrationWay.tsx';
import { Polling } from './Polling.tsx';
import { TokenForm } from './TokenForm.tsx';
import { useCheckOfGrant } from './useCheckOfGrant.ts';
import { Ways } from './Ways.tsx';

const labels = setupTexts.kommo;

/** Stagepost's access to the account in Kommo, and what it found there. */
export function KommoStep({ setup }: { setup: Setup }) {
  const { kommo, name } = setup;
  const access = useQuery(accessQuery(name));
  return (
    <StepFrame
      name={name}
      step="kommo"
      title={labels.title}
      lead={labels.lead}
      isDone={kommo.state === 'done'}
      missing={labels.missing}
    >
      {access.data ? (
        <Access setup={setup} access={access.data} />
      ) : access.error ? (
        <TokenForm setup={setup} />
      ) : (
        <Loading />
      )}
      {kommo.account ? <AccessFacts kommo={kommo} /> : null}
      <FindingList findings={otherFindings(kommo.findings, ['url', 'token'])} />
      <Polling setup={setup} />
    </StepFrame>
  );
}

function Access({ setup, access }: { setup: Setup; access: KommoAccessStatus }) {
  const [way, setWay] = useState<Way | null>(null);
  useCheckOfGrant(setup, access);
  const isGranted = access.kind === 'oauth' && access.state === 'granted';
  if (isGranted && way === null)
    return (
      <>
        <Granted access={access} />
        <Group>
          <Button size="xs" variant="default" onClick={() => setWay(firstWay(setup, access))}>
            {labels.otherWay}
          </Button>
        </Group>
      </>
    );
  const shown = way ?? firstWay(setup, access);
  return (
    <>
      <Ways ways={access.ways} value={shown} onChange={setWay} />
      <Granted access={access} />
      {shown === 'token' ? (
        <TokenForm setup={setup} />
      ) : shown === 'button' ? (
        <ButtonWay name={setup.name} way="button" />
      ) : (
        <IntegrationWay setup={setup} access={access} way={shown} />
      )}
    </>
  );
}
