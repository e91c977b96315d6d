import { Button, Checkbox, Group, Popover, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sessionQuery } from '../../api/queries.ts';
import { texts } from '../../texts.ts';

const labels = texts.people;

/** The connections that somebody may see; null: all, also those that are added later. */
export type Limit = string[] | null;

export function limitText(limit: Limit): string {
  if (limit === null) return labels.allConnections;
  return limit.length === 0 ? labels.noConnection : limit.join(', ');
}

interface LimitFieldsProps {
  names: string[];
  value: Limit;
  onChange(limit: Limit): void;
}

/** An admin who is limited themselves can only pass on what they see. */
function LimitFields({ names, value, onChange }: LimitFieldsProps) {
  const own = useQuery(sessionQuery).data?.connections ?? null;
  // A connection that left the configuration is kept until somebody takes it away.
  const shown = [...new Set([...names, ...(value ?? [])])];
  return (
    <Stack gap={6}>
      {own === null ? (
        <Checkbox
          size="xs"
          label={labels.allConnections}
          checked={value === null}
          onChange={(event) => onChange(event.currentTarget.checked ? null : names)}
        />
      ) : null}
      {value === null
        ? null
        : shown.map((name) => (
            <Checkbox
              key={name}
              size="xs"
              label={name}
              checked={value.includes(name)}
              onChange={(event) =>
                onChange(event.currentTarget.checked ? [...value, name] : value.filter((one) => one !== name))
              }
            />
          ))}
    </Stack>
  );
}

interface LimitButtonProps extends Omit<LimitFieldsProps, 'onChange'> {
  /** Whose limit it is, for those who do not see the row. */
  about: string;
  onSave(limit: Limit): void;
}

/** Shows a limit, and changes it when it is saved. */
export function LimitButton({ names, value, about, onSave }: LimitButtonProps) {
  const [draft, setDraft] = useState<Limit | undefined>();
  const isOpen = draft !== undefined;
  const toggle = () => setDraft(isOpen ? undefined : value);
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => setDraft(open ? value : undefined)}
      width={240}
      trapFocus
      withArrow
    >
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`${limitText(value)} (${labels.connections}: ${about})`}
          onClick={toggle}
          maw={220}
        >
          {limitText(value)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <LimitFields names={names} value={draft ?? null} onChange={setDraft} />
          <Group justify="flex-end">
            <Button
              size="xs"
              onClick={() => {
                setDraft(undefined);
                onSave(draft ?? null);
              }}
            >
              {labels.save}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
