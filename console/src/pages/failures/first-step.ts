import type { FailureGroup } from '../../api/types.ts';
import { plain } from '../../parts/names.ts';
import { problemTexts } from '../../texts.ts';
import { nameOf } from './problem-sentence.ts';

/** Where the first step against a problem is taken. */
export type FirstStep =
  | { to: '/rules/edit'; label: string; search: { connection: string; rule?: string } }
  | { to: '/connections'; label: string; search: { connection: string } }
  | { to: '/subject'; label: string; search: { connection: string; q: string } };

const labels = problemTexts.steps;

/** The page that helps first; null where nothing but a retry or a dismissal does. */
export function firstStep({
  connection,
  owner,
  code,
  rule,
  examples,
  removed,
}: FailureGroup): FirstStep | null {
  const connections = (label: string): FirstStep => ({ to: '/connections', label, search: { connection } });
  if (removed || code === 'action_unreadable') return null;
  if (rule !== null)
    return {
      to: '/rules/edit',
      label: labels.rule(plain(rule.name)),
      search: { connection, rule: rule.title },
    };
  if (owner === 'author of the rules')
    return { to: '/rules/edit', label: labels.rules, search: { connection } };
  if (code === 'field_missing') return connections(labels.field);
  const [first] = examples;
  if (first && (owner === 'sales team' || code === 'assignee_unavailable')) {
    const q = first.dealId === null ? first.person : String(first.dealId);
    return q === null
      ? null
      : { to: '/subject', label: labels.client(nameOf(first)), search: { connection, q } };
  }
  return owner === 'nobody' || owner === 'its cause' ? null : connections(labels.connection);
}
