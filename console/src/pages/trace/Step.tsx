import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { clockTime } from '../../languages/locale.ts';
import type { Tone } from '../../parts/Light.tsx';
import { Light } from '../../parts/Light.tsx';
import { exact, took } from '../../parts/when.ts';
import classes from './Timeline.module.css';

interface StepProps {
  tone: Tone;
  /** ms; null: not yet */
  at: number | null;
  /** When the first step was, ms. */
  start: number;
  title: ReactNode;
  children?: ReactNode;
}

/** One step of a timeline: its time (absolute for the first, relative for later ones), its state and its contents. */
export function Step({ tone, at, start, title, children }: StepProps) {
  return (
    <li className={classes.step}>
      <div className={classes.when}>
        {at === null ? null : (
          <time dateTime={new Date(at).toISOString()} title={exact(at)}>
            {at <= start ? clockTime(at) : `+ ${took(at - start)}`}
          </time>
        )}
      </div>
      <div className={classes.dot}>
        <Light tone={tone} size={11} />
      </div>
      <Stack gap={4} className={classes.what}>
        <Text fw={600} size="sm" className="wrap">
          {title}
        </Text>
        {children}
      </Stack>
    </li>
  );
}
