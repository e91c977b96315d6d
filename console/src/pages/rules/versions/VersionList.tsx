import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import type { RuleVersions } from '../../../api/types.ts';
import { Ago } from '../../../parts/Ago.tsx';
import { ruleTexts } from '../../../texts.ts';
import classes from './versions.module.css';

const labels = ruleTexts.versions;

interface VersionListProps {
  versions: RuleVersions['versions'];
  onCompare(version: number): void;
  /** Left out where the reader may not, or the rules are given by the file. */
  onRestore?(version: number): void;
}

export function VersionList({ versions, onCompare, onRestore }: VersionListProps) {
  return (
    <ol className={`card ${classes.list}`} aria-label={labels.title}>
      {versions.map(({ version, at, by, note, restored, isCurrent }, index) => (
        <li key={version} className={classes.version}>
          <Stack gap={2} flex={1} miw={0}>
            <Group gap="xs">
              <Text size="sm" fw={600} component="span">
                {labels.version(version)}
              </Text>
              {isCurrent ? (
                <Badge size="sm" variant="default" tt="none" fw={500}>
                  {labels.runs}
                </Badge>
              ) : null}
              <Text size="sm" c="dimmed" component="span">
                <Ago at={at} /> {labels.by(by)}
              </Text>
            </Group>
            {restored === null ? null : <Text size="sm">{labels.restored(restored)}</Text>}
            <Text size="sm" className="wrap" c={note ? undefined : 'dimmed'}>
              {note ?? labels.noNote}
            </Text>
          </Stack>
          {index === 0 ? null : (
            <Group gap="xs">
              <Button
                size="compact-sm"
                variant="default"
                aria-label={labels.compareOne(version)}
                onClick={() => onCompare(version)}
              >
                {labels.compare}
              </Button>
              {onRestore ? (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={labels.restoreOne(version)}
                  onClick={() => onRestore(version)}
                >
                  {labels.restore}
                </Button>
              ) : null}
            </Group>
          )}
        </li>
      ))}
    </ol>
  );
}
