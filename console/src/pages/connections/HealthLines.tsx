import { Text } from '@mantine/core';
import type { ConnectionHealth } from '../../api/types.ts';
import { Light } from '../../parts/Light.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { texts } from '../../texts.ts';
import { Shown } from '../system/Checklist.tsx';
import { LIGHT_TONES, stepTone } from '../system/headline.ts';
import classes from './ConnectionCard.module.css';

const labels = texts.connections;

/** What works, proven by what was really seen, and what does not: the same judgement as on the first page. */
export function HealthLines({ health: { sides } }: { health: ConnectionHealth }) {
  const items = sides.flatMap((side) => side.items).filter(({ light }) => light !== 'unknown');
  const proofs = sides.flatMap((side) => side.proofs);
  return (
    <ul className={classes.findings} aria-label={labels.health}>
      {items.map(({ code, light, message, todo }) => (
        <li key={code} className={classes.finding}>
          <Light tone={LIGHT_TONES[light]} />
          <div className="wrap">
            <Text size="sm" fw={600}>
              <span className="sr-only">{texts.now.lightLabels[light]}: </span>
              {message}
            </Text>
            <Text size="sm" c="dimmed">
              <Readable text={todo} />
            </Text>
          </div>
        </li>
      ))}
      {proofs.map((proof) => (
        <li key={proof.name} className={classes.finding}>
          <Light tone={stepTone(proof)} />
          <Text size="sm" className="wrap">
            {proof.title}:{' '}
            <Text span inherit c="dimmed">
              {proof.isProven ? <Shown step={proof} /> : labels.unproven(proof.todo)}
            </Text>
          </Text>
        </li>
      ))}
    </ul>
  );
}
