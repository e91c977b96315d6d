import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { MappedAttribute, PickedRecipe, Setup, SetupAccount } from '../../../api/types.ts';
import { useAnswer } from '../queries.ts';
import { type Choice, eventsOfStages, firstChoice, isWhole, withRecipe } from './choice.ts';

/** Several changes in a row are checked once. */
const PAUSE_MS = 600;

export interface ChoiceState extends Choice {
  isWhole: boolean;
  /** The events that the stages of the picked recipes send. */
  sent: string[];
  /** Whether the server has checked exactly this choice. */
  isSaved: boolean;
  isSaving: boolean;
  error: Error | null;
  pick(recipe: string, choices: PickedRecipe['choices'] | null): void;
  map(attributes: MappedAttribute[]): void;
  save(): void;
  saveText(text: string): void;
}

/**
 * What is chosen on the page. The first choice is sent by the button; once rules are made of it, each change is sent by
 * itself, unless that would replace a text that a person has edited.
 */
export function useChoice({ name, rules }: Setup, account: SetupAccount): ChoiceState {
  const [choice, setChoice] = useState(() => firstChoice(rules, account));
  const [isSaved, setSaved] = useState(rules.text !== null && !rules.isEdited);
  const answer = useAnswer<Choice | { text: string }>(name, 'rules');
  const send = (next: Choice) => answer.mutate(next, { onSuccess: () => setSaved(true) });
  const sendLater = useDebouncedCallback((next: Choice) => send(next), PAUSE_MS);

  function change(next: Choice) {
    setChoice(next);
    setSaved(false);
    if (rules.text !== null && !rules.isEdited && isWhole(next, account)) sendLater(next);
  }
  return {
    ...choice,
    isWhole: isWhole(choice, account),
    sent: eventsOfStages(choice, account),
    isSaved: isSaved && !answer.isPending,
    isSaving: answer.isPending,
    error: answer.error,
    pick(recipe, choices) {
      const order = account.recipes.map(({ id }) => id);
      change({ ...choice, recipes: withRecipe(choice.recipes, recipe, choices, order) });
    },
    map: (attributes) => change({ ...choice, attributes }),
    save: () => send(choice),
    saveText: (text) => answer.mutate({ text }),
  };
}
