import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import type { Pipeline, Stage } from './kommo-stages.ts';

export interface Place {
  pipeline: Pipeline;
  stage: Stage;
}

interface StageSelectProps extends Pick<SelectProps, 'label' | 'placeholder' | 'error' | 'w' | 'maw'> {
  pipelines: readonly Pipeline[];
  value: Place | null;
  onChange(place: Place | null): void;
}

/** One of Kommo's stages, by pipeline. */
export function StageSelect({ pipelines, value, onChange, ...input }: StageSelectProps) {
  const places = useMemo(
    () =>
      pipelines.flatMap((pipeline) =>
        pipeline.stages.map((stage) => ({ pipeline, stage, key: keyOf({ pipeline, stage }) })),
      ),
    [pipelines],
  );
  return (
    <Select
      {...input}
      data={pipelines.map((pipeline) => ({
        group: pipeline.name,
        items: pipeline.stages.map((stage) => ({ value: keyOf({ pipeline, stage }), label: stage.name })),
      }))}
      searchable
      value={value && keyOf(value)}
      onChange={(chosen) => onChange(places.find(({ key }) => key === chosen) ?? null)}
    />
  );
}

function keyOf({ pipeline, stage }: Place): string {
  return `${pipeline.id ?? pipeline.name}/${stage.id ?? stage.name}`;
}
