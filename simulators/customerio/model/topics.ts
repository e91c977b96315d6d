import type { TopicOptions } from '../types.ts';
import type { Person } from './people.ts';
import type { Workspace } from './workspace.ts';

export const topicIdentifier = ({ id }: Pick<TopicOptions, 'id'>): string => `topic_${id}`;

/** What holds for a person: their own choice, else the default of the topic (Customer.io docs). */
export function isSubscribed(ws: Workspace, person: Person, identifier: string): boolean {
  const topic = ws.rules.topics.find((one) => topicIdentifier(one) === identifier);
  return person.topics[identifier] ?? topic?.subscribedByDefault ?? true;
}
