import { Code, Table, Text, Title } from '@mantine/core';
import type { Rules } from '../../api/types.ts';
import { texts } from '../../texts.ts';
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
}

export function PipelineTable({ pipeline: { name, stages }, isAll }: PipelineTableProps) {
  const shown = stages.filter(({ rule }) => isAll || rule);
  return (
    <div className={`card ${classes.part}`}>
      <Title order={3} fz="md" mb="xs">
        {name}
      </Title>
      <Table.ScrollContainer
        minWidth={520}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': name, role: 'region' } }}
      >
        <Table verticalSpacing="xs" fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="26%">{labels.stage}</Table.Th>
              <Table.Th w="22%">{labels.event}</Table.Th>
              <Table.Th w="24%">{labels.data}</Table.Th>
              <Table.Th>{labels.onDeal}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((stage) => (
              <Stage key={stage.id ?? stage.name} stage={stage} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}

function Stage({ stage: { name, color, rule } }: { stage: Pipeline['stages'][number] }) {
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
  const { note, tags, unmailableClients } = rule;
  const text = note ?? labels.defaultNote;
  return (
    <>
      {tags ? <Does note={text} task={null} tags={tags} /> : <Template text={text} />}
      {unmailableClients === 'skip' ? (
        <Text size="sm" c="dimmed">
          {labels.skipsUnmailable}
        </Text>
      ) : null}
    </>
  );
}
