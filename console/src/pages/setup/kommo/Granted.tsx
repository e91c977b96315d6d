import { Alert, Text } from '@mantine/core';
import { isUnderWay } from '../../../api/kommo-access.ts';
import type { KommoAccessStatus } from '../../../api/types.ts';
import { Light, type Tone } from '../../../parts/Light.tsx';
import { setupTexts } from '../../../texts.ts';
import classes from '../setup.module.css';

const TONES: Record<KommoAccessStatus['state'], Tone> = {
  none: 'nothing',
  waiting: 'waiting',
  granted: 'good',
  failing: 'warning',
  revoked: 'bad',
};

/** How it stands with an access by OAuth: who granted it, and which rights are missing. */
export function Granted({ access }: { access: KommoAccessStatus }) {
  const { state, sentence, todo, rights, attempt } = access;
  if (state === 'none' && attempt === null) return null;
  return (
    <div role="status">
      {attempt?.state === 'failed' && state !== 'granted' ? (
        <Alert color="red" variant="light">
          {attempt.sentence}
        </Alert>
      ) : null}
      {attempt && isUnderWay(access) && state !== 'granted' ? (
        <Text size="sm">
          {setupTexts.kommo.waiting} {attempt.sentence}
        </Text>
      ) : null}
      {state === 'granted' || state === 'failing' || state === 'revoked' ? (
        <ul className={classes.findings}>
          <li className={classes.finding}>
            <Light tone={TONES[state]} />
            <div className="wrap">
              <Text size="sm">{sentence}</Text>
              <Text size="sm" c="dimmed">
                {todo}
              </Text>
            </div>
          </li>
          {rights.map((right) => (
            <li key={right.what} className={classes.finding}>
              <Light tone={right.isGranted ? 'good' : 'warning'} />
              <Text size="sm">{right.sentence}</Text>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
