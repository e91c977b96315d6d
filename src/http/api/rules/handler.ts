import type { Audit } from '../people/audit.ts';
import { type Handlers, HttpError } from '../routes.ts';
import type { ConsoleConnection, ConsoleOptions } from '../services.ts';
import type { Publication } from './service.ts';

type Rules = Pick<
  Handlers,
  | 'rules'
  | 'ruleSource'
  | 'ruleVersions'
  | 'ruleHelp'
  | 'ruleCheck'
  | 'rulePreview'
  | 'ruleCompare'
  | 'rulePublish'
  | 'ruleDifference'
>;

/** The rules: as they run, and as they are edited. What is published is written into the audit log. */
export function ruleHandlers({ connections }: ConsoleOptions, audit: Audit): Rules {
  const of = (name: string) => connectionNamed(connections, name);
  const desk = (name: string) => of(name).desk;
  return {
    rules: async ({ query }) => of(query.connection).rules(),
    ruleSource: async ({ query: { connection, version } }) => desk(connection).source(version),
    ruleVersions: async ({ query }) => desk(query.connection).versions(),
    ruleHelp: async ({ query }) => desk(query.connection).help(),
    ruleCheck: async ({ body: { connection, draft } }) => desk(connection).check(draft),
    rulePreview: async ({ body: { connection, draft, on } }) => desk(connection).preview(on, draft),
    ruleCompare: async ({ body: { connection, draft, events } }) => desk(connection).compare(draft, events),
    ruleDifference: async ({ query: { connection, from, to } }) => desk(connection).difference(from, to),
    async rulePublish({ body: { connection, ...publication } }, context) {
      const published = await desk(connection).publish(publication, context.who!.name);
      await audit(context, 'rules_published', publishMessage(connection, published.version, publication));
      return published;
    },
  };
}

/** What the audit log says of it. */
export function publishMessage(
  connection: string,
  version: number,
  { note, restored }: Pick<Publication, 'note' | 'restored'>,
): string {
  const brought = restored === undefined ? '' : `, which is version ${restored} again`;
  return `${connection}, version ${version}${brought}${note ? `: ${note}` : ''}`;
}

/** @throws Refusal 404 */
export function connectionNamed(connections: ConsoleConnection[], name: string): ConsoleConnection {
  const connection = connections.find((candidate) => candidate.name === name);
  if (connection) return connection;
  const names = connections.map((candidate) => candidate.name).join(', ');
  throw new HttpError(404, `There is no such connection. There are: ${names}.`);
}
