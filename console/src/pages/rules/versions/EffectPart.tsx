import { NativeSelect, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { funnelQuery } from '../../../api/queries.ts';
import type { FunnelOverview, RuleVersions } from '../../../api/types.ts';
import { number } from '../../../languages/locale.ts';
import { Answered } from '../../../parts/States.tsx';
import { WideTable } from '../../../parts/WideTable.tsx';
import { span } from '../../../parts/when.ts';
import { ruleTexts, stepLabels } from '../../../texts.ts';
import { StageName } from '../StageName.tsx';
import { type Counts, periodsOf, type StageEffect, stageEffects, sumOf } from './version-effect.ts';

const labels = ruleTexts.effect;

const STEPS = ['entered', 'emailed', 'opened', 'clicked'] as const;

interface EffectPartProps {
  connection: string;
  /** The newest first. */
  versions: RuleVersions['versions'];
}

/** What became of the deals since a version was published, beside as long a time before. */
export function EffectPart({ connection, versions }: EffectPartProps) {
  const [version, setVersion] = useState(versions[0]!.version);
  const [openedAt] = useState(() => Date.now());
  const index = Math.max(
    0,
    versions.findIndex((one) => one.version === version),
  );
  const { before, after } = periodsOf(versions[index]!.at, versions[index - 1]?.at ?? null, openedAt);
  const earlier = useQuery(funnelQuery({ connection, ...before }));
  const later = useQuery(funnelQuery({ connection, ...after }));
  return (
    <Stack gap="sm" component="section" aria-label={labels.title}>
      <Title order={2}>{labels.title}</Title>
      <NativeSelect
        label={labels.version}
        w={220}
        data={versions.map((one) => ({
          value: String(one.version),
          label: ruleTexts.versions.version(one.version),
        }))}
        value={String(version)}
        onChange={(event) => setVersion(Number(event.currentTarget.value))}
      />
      <Answered of={earlier}>
        {(was) => (
          <Answered of={later}>
            {(is) => <Compared before={was} after={is} length={after.until - after.since} />}
          </Answered>
        )}
      </Answered>
    </Stack>
  );
}

interface ComparedProps {
  before: FunnelOverview;
  after: FunnelOverview;
  /** Of each of the two times, ms. */
  length: number;
}

function Compared({ before, after, length }: ComparedProps) {
  const effects = stageEffects(before, after);
  if (effects.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {labels.none(span(length))}
      </Text>
    );
  return (
    <>
      <Text size="sm">
        {labels.sentence(span(length), sumOf(effects, 'after'), sumOf(effects, 'before'))}
      </Text>
      <div className="card">
        <WideTable
          label={labels.stages}
          minWidth={680}
          columns={[
            { label: labels.stage, width: '32%' },
            ...STEPS.map((step) => ({ label: stepLabels[step] })),
          ]}
        >
          {effects.map((effect) => (
            <Row key={`${effect.pipeline} ${effect.id}`} effect={effect} />
          ))}
        </WideTable>
      </div>
      <Text size="xs" c="dimmed">
        {labels.hint}
      </Text>
    </>
  );
}

function Row({ effect: { name, color, pipeline, before, after } }: { effect: StageEffect }) {
  return (
    <Table.Tr>
      <Table.Td>
        <StageName name={name} color={color} />
        <Text size="xs" c="dimmed">
          {pipeline}
        </Text>
      </Table.Td>
      {STEPS.map((step) => (
        <Table.Td key={step}>
          <Text size="sm" component="span" className="number">
            {cell(after, step)}
          </Text>
          <Text size="xs" c="dimmed">
            {labels.before(cell(before, step))}
          </Text>
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

/** `34 (94 %)`: the share is that of the deals which entered the stage. */
function cell(counts: Counts, step: (typeof STEPS)[number]): string {
  const count = number(counts[step]);
  return step === 'entered' || counts.entered === 0
    ? count
    : labels.share(count, counts[step] / counts.entered);
}
