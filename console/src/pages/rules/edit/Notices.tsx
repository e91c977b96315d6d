import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { RuleSource } from '../../../api/types.ts';
import { Failed } from '../../../parts/States.tsx';
import { ruleTexts } from '../../../texts.ts';
import type { EditedRules } from './useDraft.ts';

const labels = ruleTexts.notices;

interface NoticesProps {
  rules: EditedRules;
  source: RuleSource;
}

/** Notices above the editor: another version was published, or the draft cannot be checked. */
export function Notices({ rules: { check, isBehind, basedOn, catchUp }, source }: NoticesProps) {
  return (
    <>
      {isBehind ? (
        <Alert color="yellow" variant="light" title={labels.behindTitle(source.version)} role="alert">
          <Text size="sm">{labels.behind(source.version, basedOn)}</Text>
          <Group gap="md" mt="xs">
            <Button size="xs" variant="default" onClick={catchUp}>
              {labels.catchUp(source.version)}
            </Button>
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link
                  to="/rules/versions"
                  search={(before) => ({ ...before, from: basedOn, to: source.version })}
                  target="_blank"
                  {...props}
                />
              )}
            >
              {labels.seeOther}
            </Anchor>
          </Group>
        </Alert>
      ) : null}
      {check.error ? <Failed error={check.error} again={check.again} /> : null}
    </>
  );
}
