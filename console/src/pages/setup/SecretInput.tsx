import { Button, Group, PasswordInput, type PasswordInputProps, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { CheckIcon } from '../../parts/icons.tsx';
import { setupTexts } from '../../texts.ts';
import classes from './setup.module.css';

const labels = setupTexts.secret;

interface SecretInputProps extends Pick<PasswordInputProps, 'label' | 'description' | 'required' | 'error'> {
  name: string;
  /** Whether the server has one. It never sends it back. */
  isStored: boolean;
  value: string;
  onChange(value: string): void;
  /** The field was left with a new value. */
  onLeave?(): void;
}

/** A key or token: it can be pasted and replaced, and a stored one is never shown. */
export function SecretInput({ isStored, value, onChange, onLeave, ...input }: SecretInputProps) {
  const [isReplacing, setReplacing] = useState(false);
  const [typed, setTyped] = useState('');
  // The page empties the field when the new value is stored.
  if (isReplacing && typed !== '' && value === '') {
    setReplacing(false);
    setTyped('');
  }
  if (isStored && !isReplacing)
    return (
      <Stack gap={2}>
        <Text size="sm" fw={600}>
          {input.label}
        </Text>
        <Group gap="xs">
          <span className={classes.stored}>
            <CheckIcon size={14} /> {labels.stored}
          </span>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={labels.replaceLabel(String(input.label))}
            onClick={() => setReplacing(true)}
          >
            {labels.replace}
          </Button>
        </Group>
      </Stack>
    );
  return (
    <PasswordInput
      {...input}
      withAsterisk={false}
      // Password managers fill in and keep what is no password of a person.
      autoComplete="off"
      data-1p-ignore
      data-lpignore="true"
      spellCheck={false}
      value={value}
      visibilityToggleButtonProps={{ 'aria-label': labels.show(String(input.label)) }}
      {...(isReplacing && { autoFocus: true })}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(event.currentTarget.value);
      }}
      onBlur={() => {
        if (value.trim() !== '') onLeave?.();
      }}
    />
  );
}
