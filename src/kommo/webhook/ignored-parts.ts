import { SELF_TEST, SELF_TEST_MESSAGE } from '../../domain/self-test.ts';

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['task', 'A task'],
  ['tasks', 'A task'],
  ['unsorted', 'An incoming lead'],
  ['message', 'A chat message'],
  ['outgoing_message', 'An outgoing chat message'],
  ['talk', 'A chat conversation'],
  ['catalogs', 'A list element'],
  ['customers', 'A customer'],
  ['companies', 'A company'],
]);

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['add', 'was added'],
  ['update', 'was changed'],
  ['delete', 'was deleted'],
  ['restore', 'was restored'],
  ['responsible', 'got another responsible user'],
  ['note', 'got a note'],
]);

/** What the Digital Pipeline can report besides stages. Source: Kommo docs, "Digital Pipeline". */
const PIPELINE_TRIGGERS: ReadonlyMap<string, string> = new Map([
  ['mail_in', 'An email came in'],
  ['call_in', 'A call came in'],
  ['chat', 'A chat message came in'],
  ['site_visit', 'The client visited the website'],
]);

const NOT_USED = 'Stagepost does not use this.';

/** Why Stagepost ignores a report: a sentence for a marketer. */
export function reasonToIgnore(entity: string, action: string): string {
  if (entity === SELF_TEST) return SELF_TEST_MESSAGE;
  if (action === 'note') return `A note was added. ${NOT_USED}`;
  const trigger = entity === 'leads' ? PIPELINE_TRIGGERS.get(action) : undefined;
  if (trigger !== undefined) return `${trigger}. ${NOT_USED}`;
  const name = ENTITIES.get(entity);
  if (name === undefined) return 'Stagepost does not know this kind of report.';
  return `${name} ${ACTIONS.get(action) ?? 'was reported'}. ${NOT_USED}`;
}
