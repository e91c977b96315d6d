import { sql } from 'kysely';
import { type DealRecord, searchedTexts } from '../../domain/search/deal-record.ts';
import { matchesWords, searchPrefix } from '../../domain/search/terms.ts';
import type { Db } from '../database/database.ts';
import { dealRecords } from './deals.ts';

/** Terms that are read for one phrase: a deal may match with several. */
const MAX_TERMS = 80;
/** Terms that are read for each of several words that do not stand side by side, and for each pair of them. */
const MAX_COMPARED = 1_000;
const MAX_OF_PAIR = 150;
/** More words are only compared with the deals that the first ones have. */
const MAX_WORDS = 3;

/**
 * Deals whose texts have words that begin with these, the best match first: the words as a phrase, in the order of the terms,
 * so that "Ann" precedes "Anna"; then the words in any order.
 */
export async function searchDeals(
  db: Db,
  connection: string,
  words: string[],
  limit: number,
): Promise<DealRecord[]> {
  if (words.length === 0) return [];
  const ids = await dealsWithPhrase(db, connection, searchPrefix(words));
  if (ids.length < limit && words.length > 1) ids.push(...(await dealsWithWords(db, connection, words)));
  const records = await dealRecords(db, connection, ids);
  return [...new Set(ids)]
    .flatMap((id) => records.get(id) ?? [])
    .filter((record) => matchesWords(words, searchedTexts(record)))
    .slice(0, limit);
}

/** The terms that begin so are between these two: no character is above the last one. */
const startsWith = (prefix: string) => sql`term >= ${prefix} and term < ${`${prefix}\u{10FFFF}`}`;

async function dealsWithPhrase(
  db: Db,
  connection: string,
  prefix: string,
  limit = MAX_TERMS,
): Promise<number[]> {
  const { rows } = await sql<{ deal_id: number }>`
    select deal_id from deal_terms where connection = ${connection} and ${startsWith(prefix)}
    order by term, deal_id limit ${limit}
  `.execute(db);
  return rows.map((row) => row.deal_id);
}

/**
 * Deals that have all words, in any order: those of the rarest word where it has few. Where every word has many, those in
 * which two of the words stand side by side.
 */
async function dealsWithWords(db: Db, connection: string, words: string[]): Promise<number[]> {
  const some = words.slice(0, MAX_WORDS);
  const lists: number[][] = [];
  for (const word of some) lists.push(await dealsWithPhrase(db, connection, word, MAX_COMPARED));
  const complete = lists.filter((ids) => ids.length < MAX_COMPARED);
  if (complete.length > 0) return inAll(complete);
  const pairs = some.flatMap((first) =>
    some.filter((second) => second !== first).map((second) => [first, second]),
  );
  const ids: number[] = [];
  for (const pair of pairs)
    ids.push(...(await dealsWithPhrase(db, connection, searchPrefix(pair), MAX_OF_PAIR)));
  return ids;
}

/** The ids that all lists have. */
function inAll(lists: number[][]): number[] {
  const [first = [], ...others] = lists.map((ids) => new Set(ids));
  return [...first].filter((id) => others.every((ids) => ids.has(id)));
}

/** The keys of people who have or had an address that begins so. */
export async function searchAddresses(
  db: Db,
  connection: string,
  beginning: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ person: string }>`
    select distinct person from (
      select person from person_names where connection = ${connection} and kind = 'address'
        and value collate "C" >= ${beginning} and value collate "C" < ${`${beginning}\u{10FFFF}`}
      order by value collate "C" limit ${limit}
    ) found
  `.execute(db);
  return rows.map((row) => row.person);
}

/** Those of the deals about which anything is stored. */
export async function storedDeals(db: Db, connection: string, dealIds: number[]): Promise<number[]> {
  if (dealIds.length === 0) return [];
  const { rows } = await sql<{ id: number }>`
    select id from unnest(${dealIds}::bigint[]) as id where
      exists (select 1 from deals where connection = ${connection} and deal_id = id)
      or exists (select 1 from person_deals where connection = ${connection} and deal_id = id)
      or exists (select 1 from events where connection = ${connection} and deal_id = id)
  `.execute(db);
  return rows.map((row) => row.id);
}
