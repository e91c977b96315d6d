import { Code, Stack, Table, Text, Title } from '@mantine/core';
import type { Rules } from '../../api/types.ts';
import { texts } from '../../texts.ts';
import classes from './rules.module.css';
import { Template } from './Template.tsx';

const labels = texts.rules;

export function PersonRules({ person: { identifyBy, contacts, deal, attributes } }: Pick<Rules, 'person'>) {
  return (
    <Stack gap="sm" component="section" aria-label={labels.person}>
      <Title order={2}>{labels.person}</Title>
      <Text size="sm" c="dimmed">
        {labels.identifyBy[identifyBy]} {labels.contacts[contacts]}{' '}
        {labels.reportDeal[deal] ?? labels.reportDealIn(deal)}
      </Text>
      <div className={`card ${classes.part}`}>
        <Table verticalSpacing={5} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="40%">{labels.attribute}</Table.Th>
              <Table.Th>{labels.from}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {Object.entries(attributes).map(([name, from]) => (
              <Table.Tr key={name}>
                <Table.Td>
                  <Code>{name}</Code>
                </Table.Td>
                <Table.Td>
                  <Template text={String(from)} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Stack>
  );
}
