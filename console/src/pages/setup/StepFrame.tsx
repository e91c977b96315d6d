import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { LeftIcon, RightIcon } from '../../parts/icons.tsx';
import { setupTexts } from '../../texts.ts';
import classes from './setup.module.css';
import { STEPS, type StepName } from './steps.ts';

interface StepFrameProps {
  name: string;
  step: StepName;
  title: string;
  lead: string;
  isDone: boolean;
  /** There is no way back. */
  isLocked?: boolean;
  /** What is missing, next to the button that leads on. */
  missing?: string | undefined;
  children: ReactNode;
}

/** A step's title, its content, and the ways back and on. */
export function StepFrame({
  name,
  step,
  title,
  lead,
  isDone,
  isLocked = false,
  missing,
  children,
}: StepFrameProps) {
  const index = STEPS.indexOf(step);
  const [before, after] = [STEPS[index - 1], STEPS[index + 1]];
  return (
    <section className={`card ${classes.frame}`} aria-label={title}>
      <Stack gap="lg">
        <div>
          <Title order={2}>{title}</Title>
          <Text size="sm" c="dimmed" maw={640}>
            {lead}
          </Text>
        </div>
        {children}
        <Group justify="space-between" className={isLocked ? '' : classes.foot}>
          {before && !isLocked ? (
            <Button
              variant="default"
              leftSection={<LeftIcon size={16} />}
              renderRoot={(props) => (
                <Link to="/setup/$name/$step" params={{ name, step: before }} {...props} />
              )}
            >
              {setupTexts.back}
            </Button>
          ) : (
            <span />
          )}
          {after === undefined ? null : isDone ? (
            <Button
              rightSection={<RightIcon size={16} />}
              renderRoot={(props) => (
                <Link to="/setup/$name/$step" params={{ name, step: after }} {...props} />
              )}
            >
              {setupTexts.continue}
            </Button>
          ) : (
            <Text size="sm" c="dimmed">
              {missing}
            </Text>
          )}
        </Group>
      </Stack>
    </section>
  );
}
