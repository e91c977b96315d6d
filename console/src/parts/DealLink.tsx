import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { texts } from '../texts.ts';

interface DealLinkProps {
  id: number;
  /** Null where it was not read. */
  name: string | null;
  connection: string;
}

/** A deal by name, with its number beside, as a link to its page. */
export function DealLink({ id, name, connection }: DealLinkProps) {
  return (
    <span className="wrap">
      <Anchor
        size="sm"
        renderRoot={(props) => <Link to="/subject" search={{ q: String(id), connection }} {...props} />}
      >
        {name ?? texts.subject.deal(id)}
      </Anchor>
      {name === null ? null : (
        <Text span size="xs" c="dimmed" ml={6}>
          {texts.activity.deal(id)}
        </Text>
      )}
    </span>
  );
}
