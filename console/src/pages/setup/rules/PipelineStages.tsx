import { Stack, Text, Title } from '@mantine/core';
import type { PickedRecipe, SetupAccount } from '../../../api/types.ts';
import { RightIcon } from '../../../parts/icons.tsx';
import { setupTexts } from '../../../texts.ts';
import { StageName } from '../../rules/StageName.tsx';
import classes from '../setup.module.css';

interface PipelineStagesProps {
  pipelines: SetupAccount['pipelines'];
  recipes: readonly PickedRecipe[];
}

/** The account's pipelines in Kommo's colours; the stages that recipes have chosen are marked. */
export function PipelineStages({ pipelines, recipes }: PipelineStagesProps) {
  const chosen = new Set(recipes.flatMap(({ choices }) => Object.values(choices)));
  return (
    <Stack component="section" gap="xs" aria-label={setupTexts.rules.pipelines}>
      <Title order={3} fz="md">
        {setupTexts.rules.pipelines}
      </Title>
      {pipelines.map(({ id, name, stages }) => (
        <div key={id}>
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <ol className={classes.stages}>
            {stages.map(({ value, name: stage, color, kind }) => (
              <li key={value} data-chosen={chosen.has(value) || undefined} data-kind={kind}>
                <StageName name={stage} color={color} />
                {chosen.has(value) ? (
                  <>
                    <RightIcon size={13} />
                    <span className="sr-only">{setupTexts.rules.startsHere}</span>
                  </>
                ) : null}
              </li>
            ))}
          </ol>
        </div>
      ))}
    </Stack>
  );
}
