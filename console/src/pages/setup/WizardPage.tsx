import { Anchor, Card, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useParams } from '@tanstack/react-router';
import { ApiError } from '../../api/client.ts';
import type { Setup } from '../../api/types.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { setupTexts } from '../../texts.ts';
import { AdminOnly } from './AdminOnly.tsx';
import { CustomerioStep } from './customerio/CustomerioStep.tsx';
import { FinishStep } from './finish/FinishStep.tsx';
import { KommoStep } from './kommo/KommoStep.tsx';
import { setupQuery } from './queries.ts';
import { RulesStep } from './rules/RulesStep.tsx';
import { Steps } from './Steps.tsx';
import { isStep, STEPS, type StepName } from './steps.ts';

/** One step of a setup. An address without a step leads to the first one that is not done. */
export function WizardPage() {
  const { name, step } = useParams({ strict: false });
  return (
    <Stack gap="md" maw={860}>
      <PageTitle>{setupTexts.titleOf(name ?? '')}</PageTitle>
      <AdminOnly>
        <Loaded key={name} name={name ?? ''} step={step} />
      </AdminOnly>
    </Stack>
  );
}

function Loaded({ name, step }: { name: string; step: string | undefined }) {
  const setup = useQuery(setupQuery(name));
  if (setup.error instanceof ApiError && setup.error.status === 404) return <Gone />;
  return (
    <Answered of={setup} lines={8}>
      {(data) => {
        const next = data.next ?? 'finish';
        if (step === undefined || !isStep(step))
          return <Navigate to="/setup/$name/$step" params={{ name, step: next }} replace />;
        return <OneStep setup={data} current={step} next={next} />;
      }}
    </Answered>
  );
}

const PAGES = { kommo: KommoStep, customerio: CustomerioStep, rules: RulesStep, finish: FinishStep };

function OneStep({ setup, current, next }: { setup: Setup; current: StepName; next: StepName }) {
  const Page = PAGES[current];
  const { name } = setup;
  const done = STEPS.filter((step) => setup[step].state === 'done');
  // The answers of a connection that runs are changed on the page Connections.
  const isConnected = setup.finish.isConnected;
  if (isConnected && current !== 'finish')
    return <Navigate to="/setup/$name/$step" params={{ name, step: 'finish' }} replace />;
  const open = isConnected
    ? []
    : STEPS.filter((step, index) => index <= STEPS.indexOf(next) || done.includes(step));
  return (
    <>
      <Steps name={name} current={current} done={done} open={open} />
      <Page setup={setup} />
    </>
  );
}

function Gone() {
  return (
    <Card className="card">
      <Empty
        title={setupTexts.gone}
        hint={setupTexts.goneHint}
        action={
          <Anchor size="sm" renderRoot={(props) => <Link to="/connections/add" {...props} />}>
            {setupTexts.toStart}
          </Anchor>
        }
      />
    </Card>
  );
}
