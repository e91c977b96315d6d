import { Code, Group } from '@mantine/core';
import { Copy } from '../../parts/Json.tsx';
import { setupTexts } from '../../texts.ts';

/** A value to enter at another page, with a button that copies it. */
export function CopyValue({ label, value }: { label: string; value: string }) {
  return (
    <Group gap="xs" align="baseline">
      <Code className="wrap">{value}</Code>
      <Copy text={value} label={setupTexts.copy(label)} />
    </Group>
  );
}
