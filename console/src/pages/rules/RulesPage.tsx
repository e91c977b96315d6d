import { Stack, Switch, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { rulesQuery } from '../../api/queries.ts';
import type { Rules } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered } from '../../parts/States.tsx';
import { texts } from '../../texts.ts';
import { CoveragePart } from './coverage/CoveragePart.tsx';
import { coverageQuery } from './coverage/queries.ts';
import { durationText } from './duration-text.ts';
import { Inactivity } from './Inactivity.tsx';
import { OfConnection } from './OfConnection.tsx';
import { PersonRules } from './PersonRules.tsx';
import { PipelineTable } from './PipelineTable.tsx';
import { Reactions } from './Reactions.tsx';
import { WhereEdited } from './WhereEdited.tsx';

const labels = texts.rules;

/** What starts what, in both directions, and the way to edit it or the reason why not. */
export function RulesPage() {
  return (
    <Stack gap="lg">
      <PageTitle>{labels.title}</PageTitle>
      <OfConnection to="/rules">{(connection) => <OfOne connection={connection} />}</OfConnection>
    </Stack>
  );
}

function OfOne({ connection }: { connection: string }) {
  const rules = useQuery(rulesQuery(connection));
  return (
    <Answered of={rules} lines={8}>
      {(data) => <All rules={data} />}
    </Answered>
  );
}

function All({ rules }: { rules: Rules }) {
  const [isAll, setAll] = useState(false);
  const coverage = useQuery(coverageQuery(rules.connection)).data;
  const { readAt, pipelines } = rules;
  const withRules = pipelines.filter(({ stages }) => stages.some(({ rule }) => rule));
  return (
    <>
      <WhereEdited rules={rules} />
      <Stack gap="sm" component="section" aria-label={labels.pipelines}>
        <Title order={2}>{labels.pipelines}</Title>
        <Text size="sm" c="dimmed">
          {readAt === null ? (
            labels.notRead
          ) : (
            <>
              {labels.read} <Ago at={readAt} />.
            </>
          )}{' '}
          {labels.skip(durationText(rules.skipMovesAfterSeconds))}
        </Text>
        <Switch
          size="sm"
          label={labels.allStages}
          checked={isAll}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
        {withRules.length === 0 ? <Text size="sm">{labels.noStageRules}</Text> : null}
        {(isAll ? pipelines : withRules).map((pipeline) => (
          <PipelineTable
            key={pipeline.id ?? pipeline.name}
            pipeline={pipeline}
            isAll={isAll}
            coverage={coverage}
          />
        ))}
      </Stack>
      {coverage ? <CoveragePart coverage={coverage} /> : null}
      <div className="columns">
        <Stack gap="lg">
          <Reactions reactions={rules.reactions} />
          <Inactivity inactivity={rules.inactivity} coverage={coverage} />
        </Stack>
        <PersonRules person={rules.person} />
      </div>
    </>
  );
}
