import {
  Alert,
  Button,
  Checkbox,
  Group,
  MultiSelect,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import { rulesQuery } from '../../api/queries.ts';
import type { Rules } from '../../api/types.ts';
import { backfillTexts } from '../../texts.ts';
import classes from './backfill.module.css';
import { refreshBackfills } from './queries.ts';

const labels = backfillTexts.form;

interface Form {
  /** `pipeline` or `pipeline/stage`, by their ids. */
  stages: string[];
  /** In days; empty: any time. */
  created: string;
  changed: string;
  owner: string;
  field: string;
  value: string;
  hasEmail: boolean;
}

const EMPTY: Form = {
  stages: [],
  created: '',
  changed: '',
  owner: '',
  field: '',
  value: '',
  hasEmail: false,
};

/** Asks which deals to take, and has the plan made. */
export function FilterForm({ connection }: { connection: string }) {
  const [form, setForm] = useState(EMPTY);
  const change = (part: Partial<Form>) => setForm({ ...form, ...part });
  const { data } = useQuery(rulesQuery(connection));
  const pipelines = data?.pipelines ?? [];
  const plan = useMutation({
    mutationFn: () => post('/api/backfills', { connection, filter: filterOf(form, Date.now()) }),
    onSuccess: refreshBackfills,
  });
  return (
    <form
      className={`card ${classes.card}`}
      aria-label={labels.title}
      onSubmit={(event) => {
        event.preventDefault();
        plan.mutate();
      }}
    >
      <Stack gap="sm">
        <Title order={2}>{labels.title}</Title>
        <MultiSelect
          label={labels.stages}
          placeholder={form.stages.length === 0 ? labels.stagesHint : ''}
          data={stageOptions(pipelines)}
          value={form.stages}
          onChange={(stages) => change({ stages })}
          searchable
          clearable
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <Age label={labels.created} value={form.created} onChange={(created) => change({ created })} />
          <Age label={labels.changed} value={form.changed} onChange={(changed) => change({ changed })} />
          <TextInput
            label={labels.owner}
            placeholder={labels.ownerHint}
            value={form.owner}
            onChange={({ currentTarget }) => change({ owner: currentTarget.value })}
          />
          <Group gap="xs" wrap="nowrap" align="flex-end">
            <TextInput
              className={classes.half}
              label={labels.field}
              value={form.field}
              onChange={({ currentTarget }) => change({ field: currentTarget.value })}
            />
            <TextInput
              className={classes.half}
              label={labels.value}
              value={form.value}
              onChange={({ currentTarget }) => change({ value: currentTarget.value })}
            />
          </Group>
        </SimpleGrid>
        <Checkbox
          label={labels.hasEmail}
          checked={form.hasEmail}
          onChange={({ currentTarget }) => change({ hasEmail: currentTarget.checked })}
        />
        {plan.error ? (
          <Alert color="red" role="alert">
            {plan.error.message}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button type="submit" loading={plan.isPending}>
            {labels.plan}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Age({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  return (
    <Select
      label={label}
      data={[{ value: '', label: labels.anyTime }, ...labels.ages]}
      value={value}
      onChange={(chosen) => onChange(chosen ?? '')}
      allowDeselect={false}
    />
  );
}

function stageOptions(pipelines: Rules['pipelines']) {
  return pipelines.map((pipeline) => ({
    group: pipeline.name,
    items: [
      { value: String(pipeline.id ?? pipeline.name), label: backfillTexts.wholePipeline(pipeline.name) },
      ...pipeline.stages.map((stage) => ({
        value: `${pipeline.id ?? pipeline.name}/${stage.id ?? stage.name}`,
        label: `${pipeline.name} / ${stage.name}`,
      })),
    ],
  }));
}

const DAY_S = 86_400;

function filterOf({ stages, created, changed, owner, field, value, hasEmail }: Form, now: number) {
  const since = (days: string) => (days === '' ? undefined : Math.floor(now / 1_000) - Number(days) * DAY_S);
  return {
    stages: stages.map((text) => {
      const [pipeline, stage] = text.split('/');
      return { pipeline, stage };
    }),
    createdFrom: since(created),
    updatedFrom: since(changed),
    owners: owner.trim() === '' ? undefined : [owner.trim()],
    field: field.trim() === '' ? undefined : { name: field.trim(), value },
    hasEmail,
  };
}
