import { TextInput, type TextInputProps } from '@mantine/core';
import { setupTexts } from '../../texts.ts';

interface LineInputProps
  extends Pick<
    TextInputProps,
    'label' | 'description' | 'placeholder' | 'inputMode' | 'maxLength' | 'maw' | 'error' | 'onBlur'
  > {
  value: string;
  onChange(value: string): void;
}

/** A name, an address or an ID: no word for the browser to complete or to correct. */
export function LineInput({ onChange, ...input }: LineInputProps) {
  return (
    <TextInput
      {...input}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** The address of the Kommo account, as people write it. */
export function AddressInput(
  input: Omit<LineInputProps, 'label' | 'placeholder' | 'inputMode' | 'maxLength'>,
) {
  return (
    <LineInput
      label={setupTexts.start.url}
      placeholder="acme.kommo.com"
      inputMode="url"
      maxLength={500}
      {...input}
    />
  );
}
