import { Anchor, Group, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Person, Subject } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { EventLink } from '../../parts/EventLink.tsx';
import { Fold } from '../../parts/Fold.tsx';
import { Light } from '../../parts/Light.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { subjectTexts, texts } from '../../texts.ts';
import { Outside } from '../trace/TracePage.tsx';

const labels = texts.subject;

interface PersonCardProps {
  person: Person;
  q: string;
  connection: string;
  history: Subject['fieldHistory'];
}

/** Who the client is, whether they can be emailed, and what Customer.io knows of them. */
export function PersonCard({ person, q, connection, history }: PersonCardProps) {
  const { attributes, fields, links, updatedAt, mail, name } = person;
  const address = person.email ?? person.person;
  return (
    <Stack className="card" p="md" gap="sm" component="section" aria-label={name ?? address}>
      <div>
        <Group gap="sm" justify="space-between" align="baseline">
          <Title order={2} className="wrap">
            {name ?? address}
          </Title>
          {links.customerioPerson ? (
            <Outside href={links.customerioPerson}>{texts.trace.inCustomerio}</Outside>
          ) : null}
        </Group>
        {name === null && q === address ? null : (
          <Text size="sm" className="wrap">
            {q === address ? (
              address
            ) : (
              <Anchor
                inherit
                renderRoot={(props) => <Link to="/subject" search={{ q: address, connection }} {...props} />}
              >
                {address}
              </Anchor>
            )}
          </Text>
        )}
      </div>
      <Mail mail={mail} />
      <FieldHistory fields={fields} history={history} />
      <Fold title={subjectTexts.details}>
        <Attributes attributes={attributes} />
        <Text size="sm" c="dimmed">
          {labels.updated} <Ago at={updatedAt} />
        </Text>
      </Fold>
    </Stack>
  );
}

/** Whether the client can be emailed, in words and in a colour. */
function Mail({ mail: { state, reason, origin } }: Pick<Person, 'mail'>) {
  const isMailable = state === 'mailable';
  return (
    <Group gap="xs" wrap="nowrap" align="baseline">
      <Light tone={isMailable ? 'good' : 'warning'} />
      <Text size="sm" fw={500}>
        {isMailable ? subjectTexts.mailable : subjectTexts.notMailable(reason)}
        {origin === null ? null : (
          <Text span c="dimmed" fw={400}>
            {', '}
            <Readable text={origin} />
          </Text>
        )}
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

interface FieldHistoryProps {
  fields: Person['fields'];
  history: Subject['fieldHistory'];
}

/** What Stagepost has set on the deals, the newest first. Fields whose writing is no longer stored are those of the person. */
function FieldHistory({ fields, history }: FieldHistoryProps) {
  const older = fields.filter(({ field }) => history.every((entry) => entry.field !== field));
  if (history.length + older.length === 0) return null;
  return (
    <Fold title={labels.history}>
      {history.map(({ at, dealId, field, value, done, event }) => (
        <Text key={`${event} ${dealId} ${field}`} size="sm">
          <Ago at={at} />: {field} {value}, <EventLink event={event}>{labels.deal(dealId)}</EventLink>
          {done ? null : ` (${labels.notWritten})`}
        </Text>
      ))}
      {older.map(({ field, value, at, by }) => (
        <Text key={field} size="sm">
          <Ago at={at} />: {field} {value}
          {by ? (
            <>
              {' '}
              {labels.setBy} <Readable text={by} />
            </>
          ) : null}
        </Text>
      ))}
    </Fold>
  );
}
