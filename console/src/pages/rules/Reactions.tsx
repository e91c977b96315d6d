import { Code, Stack, Table, Text, Title } from '@mantine/core';
import type { Rules } from '../../api/types.ts';
import { WideTable } from '../../parts/WideTable.tsx';
import { texts } from '../../texts.ts';
import { Does } from './Does.tsx';
import classes from './rules.module.css';

const labels = texts.rules;

/** Metrics that a machine can cause; only there the rule about machines says something. */
const BY_MACHINES = /_(opened|clicked)$/;

export function Reactions({ reactions }: Pick<Rules, 'reactions'>) {
  return (
    <Stack gap="sm" component="section" aria-label={labels.reactions}>
      <Title order={2}>{labels.reactions}</Title>
      {reactions.length === 0 ? (
        <Text size="sm">{labels.noReactions}</Text>
      ) : (
        <div className={`card ${classes.part}`}>
          <WideTable
            label={labels.reactions}
            minWidth={520}
            columns={[
              { label: labels.report, width: '26%' },
              { label: labels.does },
              { label: labels.times, width: '24%' },
            ]}
          >
            {reactions.map((reaction) => (
              <Table.Tr key={reaction.name}>
                <Table.Td>
                  <Code>{reaction.name}</Code>
                </Table.Td>
                <Table.Td>
                  <Does {...reaction} />
                </Table.Td>
                <Table.Td>
                  {labels[reaction.repeat]}
                  {BY_MACHINES.test(reaction.name) ? (
                    <Text size="xs" c="dimmed">
                      {reaction.machineOpens === 'count' ? labels.machines : labels.noMachines}
                    </Text>
                  ) : null}
                </Table.Td>
              </Table.Tr>
            ))}
          </WideTable>
        </div>
      )}
    </Stack>
  );
}
