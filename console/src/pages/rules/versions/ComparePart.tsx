import { Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Difference, RuleVersions } from '../../../api/types.ts';
import { Answered } from '../../../parts/States.tsx';
import { ruleTexts } from '../../../texts.ts';
import { FoldedLines } from '../Lines.tsx';
import { difference, folded } from '../lines.ts';
import { differenceQuery } from '../queries.ts';
import { Sentences } from '../Sentences.tsx';

const labels = ruleTexts.versions;

interface Chosen {
  from: number;
  to: number;
}

interface ComparePartProps {
  connection: string;
  versions: RuleVersions['versions'];
  chosen: Chosen;
  onChoose(part: Partial<Chosen>): void;
}

/** Two versions: what differs for deals and people, and where the texts differ. */
export function ComparePart({ connection, versions, chosen, onChoose }: ComparePartProps) {
  const { from, to } = chosen;
  const compared = useQuery(differenceQuery(connection, from, to));
  const options = [
    ...versions.map(({ version }) => ({ value: String(version), label: labels.version(version) })),
    { value: '0', label: labels.nothing },
  ];
  return (
    <Stack gap="sm" component="section" aria-label={labels.difference}>
      <Title order={2}>{labels.difference}</Title>
      <Group gap="sm">
        <NativeSelect
          label={labels.from}
          data={options}
          value={String(from)}
          onChange={(event) => onChoose({ from: Number(event.currentTarget.value) })}
        />
        <NativeSelect
          label={labels.to}
          data={options}
          value={String(to)}
          onChange={(event) => onChoose({ to: Number(event.currentTarget.value) })}
        />
      </Group>
      <Answered of={compared}>{(data) => <Shown {...data} />}</Answered>
    </Stack>
  );
}

function Shown({ changes, from, to }: Difference) {
  const stretches = useMemo(
    () => folded(difference(from.text.split('\n'), to.text.split('\n'))),
    [from.text, to.text],
  );
  if (from.text === to.text) return <Text size="sm">{labels.sameText}</Text>;
  return (
    <>
      <Sentences sentences={changes} none={labels.onlyText} />
      <FoldedLines stretches={stretches} />
    </>
  );
}
