import { sql } from 'kysely';
import {
  type ConnectionForm,
  connectionForms,
  type Environment,
  extractRules,
} from '../../src/config/index.ts';
import { sealedForm } from '../../src/connections/sealed-form.ts';
import { Keyring } from '../../src/secrets/keyring.ts';
import { openDatabase } from '../../src/store/database/database.ts';

export const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');

const ROWS_AT_ONCE = 500;

/**
 * Puts connections into a new database, as the console does: settings, encrypted secrets and published rules.
 * @param yaml a configuration with one connection, which all of them are like
 */
export async function storeConnections(
  databaseUrl: string,
  connections: { name: string; kommoUrl: string }[],
  { yaml, env }: { yaml: string; env: Environment },
): Promise<void> {
  const [[model, form]] = [...connectionForms(yaml, env)] as [[string, ConnectionForm]];
  const text = extractRules(yaml, model)!;
  const keyring = new Keyring([Buffer.from(SECRET_KEY, 'base64')]);
  const database = await openDatabase({ databaseUrl, dataDir: null, onError: () => {} });
  const at = Date.now();
  const formOf = (kommoUrl: string): ConnectionForm => {
    const { kommo, ...others } = form.settings as { kommo: object };
    return { ...form, settings: { ...others, kommo: { ...kommo, url: kommoUrl } } };
  };
  for (let from = 0; from < connections.length; from += ROWS_AT_ONCE) {
    const chunk = connections.slice(from, from + ROWS_AT_ONCE);
    const names = chunk.map(({ name }) => name);
    await database.db
      .insertInto('stored_connections')
      .values(
        chunk.map(({ name, kommoUrl }) => ({
          ...sealedForm(name, formOf(kommoUrl), keyring),
          created_at: at,
          updated_at: at,
        })),
      )
      .execute();
    await sql`
      insert into rule_versions (connection, version, text, at, published_by)
      select connection, 1, convert_to(${text}, 'utf8'), ${at}::bigint, 'bench'
      from unnest(${names}::text[]) as c(connection)
    `.execute(database.db);
  }
  await database.close();
}
