import { ActionIcon, Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import type { MappedAttribute, SetupAccount } from '../../../api/types.ts';
import { CrossIcon, PlusIcon } from '../../../parts/icons.tsx';
import { setupTexts } from '../../../texts.ts';
import classes from '../setup.module.css';

const labels = setupTexts.rules;
const KINDS = ['deal', 'contact', 'company'] as const;

interface AttributeListProps {
  account: SetupAccount;
  attributes: readonly MappedAttribute[];
  onChange(attributes: MappedAttribute[]): void;
}

/** "attribute from field, such as Pro": which values of Kommo become attributes of the person. */
export function AttributeList({ account, attributes, onChange }: AttributeListProps) {
  const change = (index: number, part: Partial<MappedAttribute>) =>
    onChange(attributes.map((each, at) => (at === index ? { ...each, ...part } : each)));
  return (
    <Stack component="section" gap="sm" aria-label={labels.attributes}>
      <div>
        <Title order={3} fz="md">
          {labels.attributes}
        </Title>
        <Text size="sm" c="dimmed">
          {labels.attributesLead(account.sample?.name ?? null)}
        </Text>
      </div>
      {attributes.map((mapped, index) => (
        <AttributeLine
          // biome-ignore lint/suspicious/noArrayIndexKey: two new lines are alike, and none is moved
          key={index}
          account={account}
          mapped={mapped}
          onChange={(part) => change(index, part)}
          onRemove={() => onChange(attributes.filter((_, at) => at !== index))}
        />
      ))}
      <Group>
        <Button
          size="xs"
          variant="default"
          leftSection={<PlusIcon size={14} />}
          onClick={() => onChange([...attributes, { attribute: '', source: '' }])}
        >
          {labels.add}
        </Button>
      </Group>
    </Stack>
  );
}

interface AttributeLineProps {
  account: SetupAccount;
  mapped: MappedAttribute;
  onChange(part: Partial<MappedAttribute>): void;
  onRemove(): void;
}

function AttributeLine({ account, mapped: { attribute, source }, onChange, onRemove }: AttributeLineProps) {
  const field = account.fields.find((each) => each.source === source);
  const why = account.guesses.find((guess) => guess.source === source && guess.attribute === attribute)?.why;
  return (
    <div className={classes.attribute}>
      <TextInput
        aria-label={labels.attribute}
        placeholder={labels.attribute}
        spellCheck={false}
        maxLength={150}
        value={attribute}
        onChange={(event) => onChange({ attribute: event.currentTarget.value })}
      />
      <span aria-hidden="true">←</span>
      <Select
        aria-label={labels.source}
        placeholder={labels.source}
        searchable
        allowDeselect={false}
        data={fieldGroups(account.fields)}
        value={field ? source : null}
        onChange={(next) => {
          if (next !== null) onChange({ source: next });
        }}
      />
      <Text size="sm" c="dimmed" className={classes.example} title={why}>
        {field === undefined ? '' : field.value === null ? labels.noExample : labels.example(field.value)}
      </Text>
      <ActionIcon variant="subtle" color="gray" aria-label={labels.removeLabel(attribute)} onClick={onRemove}>
        <CrossIcon size={16} />
      </ActionIcon>
    </div>
  );
}

function fieldGroups(fields: SetupAccount['fields']) {
  return KINDS.map((kind) => ({
    group: labels.of[kind],
    items: fields.filter(({ of }) => of === kind).map(({ source, name }) => ({ value: source, label: name })),
  })).filter(({ items }) => items.length > 0);
}
