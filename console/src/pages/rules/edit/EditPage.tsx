import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { rulesQuery, sessionQuery } from '../../../api/queries.ts';
import type { RuleSource, Session } from '../../../api/types.ts';
import { roleFor } from '../../../api/useRole.ts';
import { PageTitle } from '../../../parts/PageTitle.tsx';
import { Answered } from '../../../parts/States.tsx';
import { ruleTexts } from '../../../texts.ts';
import { OfConnection } from '../OfConnection.tsx';
import { helpQuery, sourceQuery } from '../queries.ts';
import { Editor } from './Editor.tsx';

const labels = ruleTexts.edit;

/** A draft of the rules, from the first change to its publication. */
export function EditPage() {
  return (
    <Stack gap="md" maw={1040}>
      <PageTitle>{labels.title}</PageTitle>
      <OfConnection to="/rules/edit">{(connection) => <Loaded connection={connection} />}</OfConnection>
    </Stack>
  );
}

function Loaded({ connection }: { connection: string }) {
  const session = useQuery(sessionQuery);
  const source = useQuery(sourceQuery(connection));
  const mayEdit = session.data !== undefined && roleFor(session.data, connection) !== 'viewer';
  if (!mayEdit) return <Refused reason={labels.viewer} />;
  return (
    <Answered of={source} lines={8}>
      {(data) =>
        data.editable ? (
          <WithHelp key={connection} source={data} user={session.data} />
        ) : (
          <Refused reason={data.reason ?? ''} />
        )
      }
    </Answered>
  );
}

function WithHelp({ source, user }: { source: RuleSource; user: Session }) {
  const help = useQuery(helpQuery(source.connection));
  const rules = useQuery(rulesQuery(source.connection));
  return (
    <Answered of={help} lines={8}>
      {(known) => (
        <Answered of={rules} lines={8}>
          {({ pipelines }) => <Editor source={source} help={known} pipelines={pipelines} user={user.name} />}
        </Answered>
      )}
    </Answered>
  );
}

function Refused({ reason }: { reason: string }) {
  return (
    <Alert color="yellow" variant="light" title={labels.refused}>
      <Text size="sm" className="wrap" mb="xs">
        {reason}
      </Text>
      <Anchor size="sm" renderRoot={(props) => <Link to="/rules" {...props} />}>
        {labels.toRules}
      </Anchor>
    </Alert>
  );
}
