import { Checkbox, List, NumberInput, Stack, TextInput } from '@mantine/core';
import type { PickedRecipe, SetupAccount } from '../../../api/types.ts';
import { Fold } from '../../../parts/Fold.tsx';
import { setupTexts } from '../../../texts.ts';
import classes from '../setup.module.css';
import { suggestedChoices } from './choice.ts';
import { EventChoice } from './EventChoice.tsx';
import { StageChoice } from './StageChoice.tsx';

const labels = setupTexts.rules;

type Recipe = SetupAccount['recipes'][number];
type Choices = PickedRecipe['choices'];

interface RecipeCardProps {
  recipe: Recipe;
  account: SetupAccount;
  /** The events that the chosen stages send. */
  sent: readonly string[];
  /** Null: not picked. */
  choices: Choices | null;
  onChange(choices: Choices | null): void;
}

/** A recipe: what it is for, and once it is picked what it needs to know. */
export function RecipeCard({ recipe, account, sent, choices, onChange }: RecipeCardProps) {
  const { title, sentence, does, inputs } = recipe;
  const suggested = suggestedChoices(inputs);
  // The sentences speak of the suggested choices.
  const isAsSuggested =
    choices !== null && inputs.every((input) => choices[input.id] === suggested[input.id]);
  return (
    <div className={classes.recipe} data-picked={choices !== null || undefined}>
      <Checkbox
        label={title}
        description={sentence}
        classNames={{ label: classes.recipeTitle }}
        checked={choices !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? suggested : null)}
      />
      {choices === null ? null : (
        <Stack gap="sm" className={classes.recipeBody}>
          {inputs.map((input) => (
            <RecipeInput
              key={input.id}
              input={input}
              account={account}
              sent={sent}
              value={choices[input.id]}
              onChange={(value) => onChange({ ...choices, [input.id]: value })}
            />
          ))}
          {isAsSuggested && does.length > 0 ? (
            <Fold title={labels.does}>
              <List size="sm" mt={4}>
                {does.map((each) => (
                  <List.Item key={each}>{each}</List.Item>
                ))}
              </List>
            </Fold>
          ) : null}
        </Stack>
      )}
    </div>
  );
}

interface RecipeInputProps extends Pick<RecipeCardProps, 'account' | 'sent'> {
  input: Recipe['inputs'][number];
  value: string | number | undefined;
  onChange(value: string | number): void;
}

function RecipeInput({ input, account, sent, value, onChange }: RecipeInputProps) {
  const { kind, label, help, min, max } = input;
  const common = { label, description: help, maw: 380 };
  switch (kind) {
    case 'stage':
      return (
        <StageChoice
          {...common}
          pipelines={account.pipelines}
          value={typeof value === 'string' ? value : null}
          onChange={onChange}
        />
      );
    case 'days':
      return (
        <NumberInput
          {...common}
          value={value ?? ''}
          min={min ?? 1}
          {...(max !== null && { max })}
          allowDecimal={false}
          clampBehavior="blur"
          onChange={onChange}
        />
      );
    case 'event':
      return (
        <EventChoice
          {...common}
          events={account.events ?? []}
          value={String(value ?? '')}
          onChange={onChange}
        />
      );
    case 'sent_event':
      return (
        <EventChoice
          {...common}
          events={sent.map((event) => ({ event, campaigns: [] }))}
          value={String(value ?? '')}
          onChange={onChange}
        />
      );
    case 'text':
      return (
        <TextInput
          {...common}
          value={value ?? ''}
          maxLength={500}
          spellCheck={false}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
