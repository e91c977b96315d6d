import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { RuleVersions } from '../../../api/types.ts';
import { useMayEdit } from '../../../api/useMayEdit.ts';
import { PageTitle } from '../../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../../parts/States.tsx';
import { ruleTexts } from '../../../texts.ts';
import { OfConnection } from '../OfConnection.tsx';
import { sourceQuery, versionsQuery } from '../queries.ts';
import { ComparePart } from './ComparePart.tsx';
import { EffectPart } from './EffectPart.tsx';
import { RestoreWindow } from './RestoreWindow.tsx';
import { VersionList } from './VersionList.tsx';

const labels = ruleTexts.versions;

/** Every version of the rules: who published it, when and why; compared, and brought back. */
export function VersionsPage() {
  return (
    <Stack gap="lg">
      <PageTitle>{labels.title}</PageTitle>
      <OfConnection to="/rules/versions">
        {(connection) => (
          <>
            <Anchor size="sm" renderRoot={(props) => <Link to="/rules" {...props} />}>
              {labels.toRules}
            </Anchor>
            <OfOne key={connection} connection={connection} />
          </>
        )}
      </OfConnection>
    </Stack>
  );
}

function OfOne({ connection }: { connection: string }) {
  const all = useQuery(versionsQuery(connection));
  return (
    <Answered of={all} lines={6}>
      {({ versions }) =>
        versions.length === 0 ? (
          <div className="card">
            <Empty title={labels.none} hint={labels.noneHint} />
          </div>
        ) : (
          <Listed connection={connection} versions={versions} />
        )
      }
    </Answered>
  );
}

type Version = RuleVersions['versions'][number];

function Listed({ connection, versions }: { connection: string; versions: Version[] }) {
  const search = useSearch({ from: '/shell/rules/versions' });
  const navigate = useNavigate({ from: '/rules/versions' });
  const mayEdit = useMayEdit(connection);
  const isEditable = useQuery(sourceQuery(connection)).data?.editable ?? false;
  const [restoring, setRestoring] = useState<number | null>(null);
  const [newest, before] = versions;
  const chosen = { from: search.from ?? before?.version ?? 0, to: search.to ?? newest!.version };
  const compare = (part: Partial<typeof chosen>) =>
    void navigate({ search: (now) => ({ ...now, ...chosen, ...part }), replace: true });
  return (
    <div className="columns">
      <Stack gap="lg">
        <VersionList
          versions={versions}
          onCompare={(version) => compare({ from: version, to: newest!.version })}
          {...(mayEdit && isEditable ? { onRestore: setRestoring } : {})}
        />
        {mayEdit ? null : (
          <Text size="sm" c="dimmed">
            {labels.viewer}
          </Text>
        )}
      </Stack>
      <EffectPart connection={connection} versions={versions} />
      <ComparePart connection={connection} versions={versions} chosen={chosen} onChoose={compare} />
      {restoring === null ? null : (
        <RestoreWindow
          connection={connection}
          version={restoring}
          newest={newest!.version}
          onClose={() => setRestoring(null)}
        />
      )}
    </div>
  );
}
