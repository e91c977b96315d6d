import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { when } from '../../../domain/answer/client-answer.ts';
import { clientName, foldOf } from '../../../domain/answer/stored-client.ts';
import type { RecordedEntry } from '../../../domain/consent/ledger-entry.ts';
import { describeMailability } from '../../../domain/describe-mailability.ts';
import type { Pipeline, StageRef, UnixSeconds } from '../../../domain/entities.ts';
import { clientOf } from '../../../domain/search/deal-record.ts';
import type { Sentences } from '../../../languages/languages.ts';
import { entriesOfNames } from '../../../store/consent/ledger.ts';
import type { Db } from '../../../store/database/database.ts';
import { stagesOfDeals } from '../../../store/deals/stages.ts';
import type { TracedPerson } from '../../../store/people.ts';
import { selectConnections } from '../find-connection.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';
import type { SearchResult } from './contract.ts';
import { findMatches, type Match, queryFor } from './find.ts';

/** Clients and deals by what somebody types. */
export function searchHandlers(services: ApiServices, pipelines: PipelineCache): Pick<Handlers, 'search'> {
  return {
    search: async ({ query: { q, connection: only } }, { scope, words }) => {
      const { db } = await services.database();
      const now = Math.floor(services.now() / 1000);
      const results: SearchResult[] = [];
      for (const { name } of selectConnections(services.connections, only, scope)) {
        const matches = await findMatches(db, name, q);
        results.push(...(await resultsOf(db, name, matches, { now, words }, pipelines)));
        // On the embedded database the queries run on this thread: webhooks are answered in between.
        await yieldToEventLoop();
      }
      return { q, results };
    },
  };
}

/** The matches as the console shows them. */
export async function resultsOf(
  db: Db,
  connection: string,
  matches: Match[],
  { now, words }: { now: UnixSeconds; words: Sentences },
  pipelines: PipelineCache,
): Promise<SearchResult[]> {
  const names = [...new Set(matches.flatMap(({ person }) => person?.names ?? []))];
  const consent = await entriesOfNames(db, connection, names);
  const account = await pipelines.of(connection);
  const dealIds = matches.flatMap(({ dealId }) => dealId ?? []);
  const stages = await stagesOfDeals(db, connection, dealIds);
  return matches.map((match) => ({
    connection,
    ...resultOf(match, stages, account.pipelines),
    mail: match.person && mailOf(match.person, consent, { now, timezone: account.timezone, words }),
  }));
}

function resultOf(
  match: Match,
  stages: ReadonlyMap<number, StageRef>,
  pipelines: Pipeline[],
): Omit<SearchResult, 'connection' | 'mail'> {
  const { dealId, record, person } = match;
  const email = person?.email ?? record?.contacts[0]?.emails[0] ?? null;
  const recorded = record && clientOf(record);
  const known = person && clientName(person);
  return {
    q: queryFor(match),
    client: recorded ?? (known === email ? null : known),
    email,
    company: record?.company ?? null,
    deal:
      dealId === null
        ? null
        : { id: dealId, name: record?.name || null, stage: stageName(stages.get(dealId), pipelines) },
  };
}

/** Null where the stage is not known, or was removed. */
function stageName(ref: StageRef | undefined, pipelines: Pipeline[]): string | null {
  const pipeline = pipelines.find(({ id }) => id === ref?.pipelineId);
  return pipeline?.stages.find(({ id }) => id === ref?.stageId)?.name ?? null;
}

function mailOf(
  person: TracedPerson,
  consent: RecordedEntry[],
  context: { now: UnixSeconds; timezone: string; words: Sentences },
): SearchResult['mail'] {
  const client = foldOf(person, consent, context.now);
  const { mailability: words } = context.words;
  const reason = describeMailability(client, when(client.since, context), words);
  return { state: client.state, text: reason === '' ? words.can : words.cannot(reason) };
}
