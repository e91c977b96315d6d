import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { sessionQuery } from '../../api/queries.ts';
import type { Rules } from '../../api/types.ts';
import { roleFor } from '../../api/useRole.ts';
import { texts } from '../../texts.ts';
import { recallDraft } from './edit/kept-draft.ts';

const labels = texts.rules;

/** Says where the rules can be edited: on this page, in the file, or by users with another role. */
export function WhereEdited({ rules: { connection, editable, reason, version } }: { rules: Rules }) {
  const session = useQuery(sessionQuery).data;
  const mayEdit = session !== undefined && roleFor(session, connection) !== 'viewer';
  const hasDraft = session !== undefined && recallDraft(connection, session.name) !== null;
  return (
    <Group gap="sm">
      {editable && mayEdit ? (
        <Button renderRoot={(props) => <Link to="/rules/edit" {...props} />}>
          {hasDraft ? labels.goOn : labels.edit}
        </Button>
      ) : null}
      {editable ? (
        <Button variant="default" renderRoot={(props) => <Link to="/rules/versions" {...props} />}>
          {labels.versions}
        </Button>
      ) : null}
      {version ? (
        <Text size="sm" c="dimmed">
          {labels.runs(version)}
        </Text>
      ) : null}
      {editable && mayEdit ? null : (
        <Text size="sm" c="dimmed" className="wrap">
          {editable ? labels.viewer : reason}
        </Text>
      )}
    </Group>
  );
}
