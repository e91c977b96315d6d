import { Anchor, List, Stack, Switch, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { rulesQuery } from '../../api/queries.ts';
import type { Rules } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { texts } from '../../texts.ts';
import { Inactivity } from './Inactivity.tsx';
import { PersonRules } from './PersonRules.tsx';
import { PipelineTable } from './PipelineTable.tsx';
import { Reactions } from './Reactions.tsx';

const words = texts.rules;

/** What starts what, in both directions; read-only, with the reason. */
export function RulesPage() {
  const { connection, names } = useConnection();
  const shown = connection ?? (names.length === 1 ? names[0]! : '');
  const rules = useQuery(rulesQuery(shown));
  return (
    <Stack gap="lg" maw={1040}>
      <PageTitle>{words.title}</PageTitle>
      {shown === '' && names.length > 1 ? (
        <Stack gap="xs">
          <Text>{words.choose}</Text>
          <List size="sm">
            {names.map((name) => (
              <List.Item key={name}>
                <Anchor renderRoot={(props) => <Link to="/rules" search={{ connection: name }} {...props} />}>
                  {name}
                </Anchor>
              </List.Item>
            ))}
          </List>
        </Stack>
      ) : (
        <Answered of={rules} lines={8}>
          {(data) => <All rules={data} />}
        </Answered>
      )}
    </Stack>
  );
}

function All({ rules }: { rules: Rules }) {
  const [isAll, setAll] = useState(false);
  const { reason, readAt, pipelines } = rules;
  const withRules = pipelines.filter(({ stages }) => stages.some(({ rule }) => rule));
  return (
    <>
      <Text size="sm" c="dimmed" className="wrap">
        {reason}
      </Text>
      <Stack gap="sm" component="section" aria-label={words.pipelines}>
        <Title order={2}>{words.pipelines}</Title>
        <Text size="sm" c="dimmed">
          {readAt === null ? (
            words.notRead
          ) : (
            <>
              {words.read} <Ago at={readAt} />.
            </>
          )}{' '}
          {words.skip(inWords(rules.skipMovesAfterSeconds))}
        </Text>
        <Switch
          size="sm"
          label={words.allStages}
          checked={isAll}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
        {(isAll ? pipelines : withRules).map((pipeline) => (
          <PipelineTable key={pipeline.id ?? pipeline.name} pipeline={pipeline} isAll={isAll} />
        ))}
      </Stack>
      <Reactions reactions={rules.reactions} />
      <Inactivity inactivity={rules.inactivity} />
      <PersonRules person={rules.person} />
    </>
  );
}

/** `5 days`, `36 hours`, `90 minutes`, `12 seconds` */
export function inWords(seconds: number): string {
  const [length, unit] =
    seconds >= 172_800 && seconds % 86_400 === 0
      ? [seconds / 86_400, 'day']
      : seconds >= 3_600 && seconds % 3_600 === 0
        ? [seconds / 3_600, 'hour']
        : seconds >= 120 && seconds % 60 === 0
          ? [seconds / 60, 'minute']
          : [seconds, 'second'];
  return `${length} ${unit}${length === 1 ? '' : 's'}`;
}
