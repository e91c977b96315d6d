import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Setup, SetupAccount } from '../../../api/types.ts';
import { Answered } from '../../../parts/States.tsx';
import { setupTexts } from '../../../texts.ts';
import { EventList } from '../EventList.tsx';
import { FindingList } from '../FindingList.tsx';
import { accountQuery } from '../queries.ts';
import { StepFrame } from '../StepFrame.tsx';
import { AttributeList } from './AttributeList.tsx';
import { PipelineStages } from './PipelineStages.tsx';
import { RecipeCard } from './RecipeCard.tsx';
import { RulesText } from './RulesText.tsx';
import { SaveBar } from './SaveBar.tsx';
import { useChoice } from './useChoice.ts';

const labels = setupTexts.rules;

/** Rules by choosing: recipes for the stages, and the attributes of people. */
export function RulesStep({ setup }: { setup: Setup }) {
  const account = useQuery(accountQuery(setup.name));
  const { rules, name } = setup;
  return (
    <StepFrame
      name={name}
      step="rules"
      title={labels.title}
      lead={labels.lead}
      isDone={rules.state === 'done'}
      missing={rules.needs[0]?.sentence}
    >
      <Answered of={account} lines={8}>
        {(data) => <Choose setup={setup} account={data} />}
      </Answered>
    </StepFrame>
  );
}

function Choose({ setup, account }: { setup: Setup; account: SetupAccount }) {
  const { rules } = setup;
  const choice = useChoice(setup, account);
  return (
    <>
      <PipelineStages pipelines={account.pipelines} recipes={choice.recipes} />
      <Stack component="section" gap="sm" aria-label={labels.recipes}>
        {account.recipes.map((recipe) => (
          <RecipeCard
            key={recipe.id}
            recipe={recipe}
            account={account}
            sent={choice.sent}
            choices={choice.recipes.find((picked) => picked.recipe === recipe.id)?.choices ?? null}
            onChange={(choices) => choice.pick(recipe.id, choices)}
          />
        ))}
      </Stack>
      <AttributeList account={account} attributes={choice.attributes} onChange={choice.map} />
      <SaveBar rules={rules} choice={choice} />
      <FindingList findings={rules.findings} />
      {choice.isSaved ? <EventList events={rules.events} /> : null}
      <RulesText key={rules.text} rules={rules} onSave={choice.saveText} isSaving={choice.isSaving} />
    </>
  );
}
