import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A small link to the page of an event. */
export function EventLink({ event, children }: { event: number; children: ReactNode }) {
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => <Link to="/activity/$id" params={{ id: String(event) }} {...props} />}
    >
      {children}
    </Anchor>
  );
}
