import { Select, type SelectProps } from '@mantine/core';
import type { SetupAccount } from '../../../api/types.ts';
import { setupTexts } from '../../../texts.ts';
import { StageName } from '../../rules/StageName.tsx';

interface StageChoiceProps extends Pick<SelectProps, 'label' | 'description' | 'maw'> {
  pipelines: SetupAccount['pipelines'];
  /** `<pipeline id>/<stage id>` */
  value: string | null;
  onChange(value: string): void;
}

/** One of the account's stages, by pipeline, in Kommo's colours. */
export function StageChoice({ pipelines, value, onChange, ...input }: StageChoiceProps) {
  const stages = new Map(
    pipelines.flatMap((pipeline) => pipeline.stages.map((stage) => [stage.value, stage] as const)),
  );
  const chosen = value === null ? undefined : stages.get(value);
  return (
    <Select
      {...input}
      searchable
      allowDeselect={false}
      placeholder={setupTexts.rules.stagePlaceholder}
      data={pipelines.map(({ name, stages: all }) => ({
        group: name,
        items: all
          .filter(({ kind }) => kind !== 'incoming')
          .map((stage) => ({ value: stage.value, label: stage.name })),
      }))}
      renderOption={({ option }) => (
        <StageName name={option.label} color={stages.get(option.value)?.color ?? null} />
      )}
      leftSection={chosen ? <StageName name="" color={chosen.color} /> : null}
      value={chosen ? value : null}
      onChange={(next) => {
        if (next !== null) onChange(next);
      }}
    />
  );
}
