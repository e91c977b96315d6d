import { Group, Stack, Text } from '@mantine/core';
import type { Proof } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Light } from '../../parts/Light.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { texts } from '../../texts.ts';
import { type Step, stepTone } from './headline.ts';
import classes from './Verdict.module.css';

const labels = texts.now;

/** The steps of the setup: what is proven and by what, and how to prove the others. */
export function Checklist({ steps, isAlone }: { steps: Step[]; isAlone: boolean }) {
  return (
    <Stack component="ol" gap="xs" className={classes.list} aria-label={labels.steps}>
      {steps.map((step) => (
        <li key={`${step.connection} ${step.name}`}>
          <Group gap="xs" wrap="nowrap" align="baseline">
            <Light tone={stepTone(step)} />
            <div className="wrap">
              <Text component="span" size="sm" fw={step.isProven ? 400 : 600}>
                <span className="sr-only">{stateOf(step)}: </span>
                {isAlone ? '' : `${step.connection}: `}
                {step.title}
              </Text>
              <Text size="sm" c="dimmed">
                {step.isProven ? <Shown step={step} /> : <Readable text={step.todo} />}
              </Text>
            </div>
          </Group>
        </li>
      ))}
    </Stack>
  );
}

function stateOf({ isProven, isContradicted }: Step): string {
  if (isContradicted) return labels.lightLabels.broken;
  return isProven ? labels.done : labels.left;
}

/** What has proven a step, and when it was last seen. */
export function Shown({ step: { by, at, isContradicted } }: { step: Proof }) {
  const ago = at === null ? null : <Ago at={at} />;
  if (isContradicted)
    return (
      <>
        {labels.notNow}
        {ago ? (
          <>
            {' '}
            {labels.lastWorked} {ago}
          </>
        ) : null}
      </>
    );
  return (
    <>
      {labels.provenBy(by ?? '')}
      {ago ? <>, {ago}</> : null}
    </>
  );
}
