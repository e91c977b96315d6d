import { Group, Stack, Text } from '@mantine/core';
import { Ago } from '../../parts/Ago.tsx';
import { Light } from '../../parts/Light.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { texts } from '../../texts.ts';
import type { Step } from './headline.ts';
import classes from './Verdict.module.css';

const labels = texts.now;

/** The steps of the setup: what is proven and by what, and how to prove the others. */
export function Checklist({ steps, isAlone }: { steps: Step[]; isAlone: boolean }) {
  return (
    <Stack component="ol" gap="xs" className={classes.list} aria-label={labels.steps}>
      {steps.map((step) => (
        <li key={`${step.connection} ${step.name}`}>
          <Group gap="xs" wrap="nowrap" align="baseline">
            <Light tone={step.isProven ? 'good' : 'nothing'} />
            <div className="wrap">
              <Text component="span" size="sm" fw={step.isProven ? 400 : 600}>
                <span className="sr-only">{step.isProven ? labels.done : labels.left}: </span>
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

/** What has proven a step, and when it was last seen. */
function Shown({ step: { by, at } }: { step: Step }) {
  return (
    <>
      {labels.provenBy(by ?? '')}
      {at === null ? null : (
        <>
          , <Ago at={at} />
        </>
      )}
    </>
  );
}
