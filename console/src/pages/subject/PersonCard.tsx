import { Anchor, Group, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Person, Subject } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { EventLink } from '../../parts/EventLink.tsx';
import { Fold } from '../../parts/Fold.tsx';
import { Light } from '../../parts/Light.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { texts } from '../../texts.ts';
import { Outside } from '../trace/TracePage.tsx';

const labels = texts.subject;

interface PersonCardProps {
  person: Person;
  q: string;
  connection: string;
  history: Subject['fieldHistory'];
}

/** What Customer.io knows of a person, and what its reports have set on the deal. */
export function PersonCard({ person, q, connection, history }: PersonCardProps) {
  const { attributes, fields, links, updatedAt, dealId, mail } = person;
  const name = person.email ?? person.person;
  return (
    <Stack className="card" p="md" gap="sm" component="section" aria-label={name}>
      <div>
        <Group gap="sm" justify="space-between">
          <Title order={2} className="wrap">
            {q === name ? (
              name
            ) : (
              <Anchor
                inherit
                renderRoot={(props) => <Link to="/subject" search={{ q: name, connection }} {...props} />}
              >
                {name}
              </Anchor>
            )}
          </Title>
          {links.customerioPerson ? (
            <Outside href={links.customerioPerson}>{texts.trace.inCustomerio}</Outside>
          ) : null}
        </Group>
        <Text size="sm" c="dimmed">
          {dealId === null ? null : `${labels.follows(dealId)}. `}
          {labels.updated} <Ago at={updatedAt} />
        </Text>
      </div>
      <Mail mail={mail} />
      <Status fields={fields} history={history} />
      <div>
        <Title order={3} fz="sm" mb={4}>
          {labels.attributes}
        </Title>
        <Attributes attributes={attributes} />
      </div>
    </Stack>
  );
}

/** Whether the client can get email, in words and in a colour. */
function Mail({ mail: { state, reason } }: Pick<Person, 'mail'>) {
  const isMailable = state === 'mailable';
  return (
    <Group gap="xs" wrap="nowrap" align="baseline">
      <Light tone={isMailable ? 'good' : 'warning'} />
      <Text size="sm" fw={500}>
        {isMailable ? labels.mailable : labels.notMailable(reason)}
      </Text>
    </Group>
  );
}

function Attributes({ attributes }: Pick<Person, 'attributes'>) {
  if (attributes === null) return <Text size="sm">{labels.never}</Text>;
  const entries = Object.entries(attributes);
  if (entries.length === 0) return <Text size="sm">{labels.noAttributes}</Text>;
  return (
    <Table verticalSpacing={3} fz="sm" variant="vertical" layout="auto">
      <Table.Tbody>
        {entries.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w="40%" fw={400} c="dimmed" bg="transparent">
              {name}
            </Table.Th>
            <Table.Td className="wrap">{typeof value === 'string' ? value : JSON.stringify(value)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Status({ fields, history }: { fields: Person['fields']; history: Subject['fieldHistory'] }) {
  return (
    <div>
      <Title order={3} fz="sm" mb={4}>
        {labels.status}
      </Title>
      {fields.length === 0 ? (
        <Text size="sm">{labels.noStatus}</Text>
      ) : (
        fields.map(({ field, value, at, by }) => (
          <Text key={field} size="sm">
            {field}: <b>{value}</b>{' '}
            <Text span c="dimmed">
              {by ? (
                <>
                  {labels.setBy} <Readable text={by} />,{' '}
                </>
              ) : null}
              <Ago at={at} />
            </Text>
          </Text>
        ))
      )}
      {history.length > 1 ? (
        <Fold title={labels.history}>
          {history.map(({ at, dealId, field, value, done, event }) => (
            <Text key={`${event} ${dealId} ${field}`} size="sm">
              <Ago at={at} />: {field} = {value}, <EventLink event={event}>{labels.deal(dealId)}</EventLink>
              {done ? null : ` (${labels.notWritten})`}
            </Text>
          ))}
        </Fold>
      ) : null}
    </div>
  );
}
