import { ActionIcon } from '@mantine/core';
import { CrossIcon } from '../../../parts/icons.tsx';

/** Takes a row out. */
export function RemoveButton({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <ActionIcon variant="subtle" color="gray" size={36} aria-label={label} title={label} onClick={onClick}>
      <CrossIcon size={16} />
    </ActionIcon>
  );
}
