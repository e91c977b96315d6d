import { Code, Table, Text, Title } from '@mantine/core';
import type { Coverage, Rules } from '../../api/types.ts';
import { WideTable } from '../../parts/WideTable.tsx';
import { coverageTexts, texts } from '../../texts.ts';
import { Starts } from './coverage/Starts.tsx';
import { Does } from './Does.tsx';
import classes from './rules.module.css';
import { StageName } from './StageName.tsx';
import { Template } from './Template.tsx';

const labels = texts.rules;

type Pipeline = Rules['pipelines'][number];

interface PipelineTableProps {
  pipeline: Pipeline;
  /** Stages without a rule too. */
  isAll: boolean;
  /** Missing while it is asked for. */
  coverage: Coverage | undefined;
}

export function PipelineTable({ pipeline: { name, stages }, isAll, coverage }: PipelineTableProps) {
  const shown = stages.filter(({ rule }) => isAll || rule);
  return (
    <div className={`card ${classes.part}`}>
      <Title order={3} fz="md" mb="xs">
        {name}
      </Title>
      <WideTable
        label={name}
        minWidth={680}
        columns={[
          { label: labels.stage, width: '20%' },
          { label: labels.event, width: '18%' },
          { label: coverageTexts.column, width: '20%' },
          { label: labels.data, width: '18%' },
          { label: labels.onDeal },
        ]}
      >
        {shown.map((stage) => (
          <Stage key={stage.id ?? stage.name} stage={stage} coverage={coverage} />
        ))}
      </WideTable>
    </div>
  );
}

interface StageProps {
  stage: Pipeline['stages'][number];
  coverage: Coverage | undefined;
}

function Stage({ stage: { name, color, rule }, coverage }: StageProps) {
  return (
    <Table.Tr>
      <Table.Td>
        <StageName name={name} color={color} />
      </Table.Td>
      <Table.Td>
        {rule ? (
          <Code>{rule.event}</Code>
        ) : (
          <Text size="sm" c="dimmed">
            {labels.noRule}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{rule ? <Starts event={rule.event} coverage={coverage} /> : null}</Table.Td>
      <Table.Td>
        {Object.entries(rule?.data ?? {}).map(([key, value]) => (
          <div key={key}>
            {key}: <Template text={String(value)} />
          </div>
        ))}
      </Table.Td>
      <Table.Td>{rule ? <OnTheDeal rule={rule} /> : null}</Table.Td>
    </Table.Tr>
  );
}

/** What the rule writes on the deal. */
function OnTheDeal({ rule }: { rule: NonNullable<Pipeline['stages'][number]['rule']> }) {
  const { note, tags, unmailableClients, condition, held, once } = rule;
  const text = note ?? labels.defaultNote;
  return (
    <>
      {tags ? <Does note={text} task={null} tags={tags} /> : <Template text={text} />}
      {unmailableClients === 'skip' ? (
        <Text size="sm" c="dimmed">
          {labels.skipsUnmailable}
        </Text>
      ) : null}
      {condition ? (
        <Text size="sm" c="dimmed" className="wrap">
          {labels.onlyIf(condition)}
        </Text>
      ) : null}
      {held ? (
        <Text size="sm" c="dimmed">
          {labels.goesOut(held)}
        </Text>
      ) : null}
      {once ? (
        <Text size="sm" c="dimmed">
          {labels.once[once]}
        </Text>
      ) : null}
    </>
  );
}
