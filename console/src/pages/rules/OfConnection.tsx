import { Anchor, List, Stack, Text } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useConnection } from '../../shell/connection.ts';
import { texts } from '../../texts.ts';

interface OfConnectionProps {
  to: LinkProps['to'];
  children(connection: string): ReactNode;
}

/** Rules belong to one connection: the chosen one, or the only one; else one is to be chosen. */
export function OfConnection({ to, children }: OfConnectionProps) {
  const { connection, names } = useConnection();
  const shown = connection ?? (names.length === 1 ? names[0]! : '');
  if (shown !== '' || names.length === 0) return children(shown);
  return (
    <Stack gap="xs">
      <Text>{texts.rules.choose}</Text>
      <List size="sm">
        {names.map((name) => (
          <List.Item key={name}>
            <Anchor renderRoot={(props) => <Link to={to} search={{ connection: name }} {...props} />}>
              {name}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
