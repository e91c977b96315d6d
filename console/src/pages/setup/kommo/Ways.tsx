import { Radio, Stack } from '@mantine/core';
import type { Way } from '../../../api/kommo-access.ts';
import type { KommoAccessStatus } from '../../../api/types.ts';
import { setupTexts } from '../../../texts.ts';

const labels = setupTexts.kommo;

interface WaysProps {
  ways: KommoAccessStatus['ways'];
  value: Way;
  onChange(way: Way): void;
}

/** The ways to give access to Kommo, each with what it needs. */
export function Ways({ ways, value, onChange }: WaysProps) {
  return (
    <Radio.Group label={labels.ways} value={value} onChange={(way) => onChange(way as Way)}>
      <Stack gap="xs" mt={6}>
        {ways.map(({ way, isOffered, sentence }) => (
          <Radio
            key={way}
            value={way}
            label={labels.wayLabels[way]}
            description={sentence}
            disabled={!isOffered}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
