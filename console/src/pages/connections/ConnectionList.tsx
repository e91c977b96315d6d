import { Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ShownConnection } from '../../api/types.ts';
import { Light } from '../../parts/Light.tsx';
import { connectionTexts } from '../../texts.ts';
import { LIGHT_TONES } from '../system/headline.ts';
import classes from './ConnectionCard.module.css';

/** More rows would make the page slow, and nobody reads them. */
const MAX_ROWS = 100;

/** Many connections as lines, each of which leads to its own page; found by name. */
export function ConnectionList({ connections }: { connections: ShownConnection[] }) {
  const [text, setText] = useState('');
  const found = connections.filter(({ connection, kommo }) =>
    `${connection} ${kommo.account ?? ''} ${kommo.url}`.toLowerCase().includes(text.trim().toLowerCase()),
  );
  return (
    <Stack component="section" gap="xs" aria-label={connectionTexts.all}>
      <TextInput
        label={connectionTexts.find}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        maw={360}
      />
      {found.length === 0 ? <Text size="sm">{connectionTexts.none}</Text> : null}
      <ul className={`card ${classes.card} ${classes.findings}`}>
        {found.slice(0, MAX_ROWS).map(({ connection, light, source, pausedSince, kommo }) => (
          <li key={connection} className={classes.finding}>
            <Light tone={LIGHT_TONES[light]} />
            <Text size="sm" className="wrap">
              <Link to="/connections" search={{ connection }}>
                {connection}
              </Link>{' '}
              <Text span inherit c="dimmed">
                {kommo.account ?? new URL(kommo.url).host} · {connectionTexts.source[source]}
                {pausedSince === null ? '' : ` · ${connectionTexts.pausedSince}`}
              </Text>
            </Text>
          </li>
        ))}
      </ul>
      {found.length > MAX_ROWS ? (
        <Text size="sm" c="dimmed">
          {connectionTexts.more(MAX_ROWS, found.length)}
        </Text>
      ) : null}
    </Stack>
  );
}
