import { connectionForms } from '../../config/index.ts';
import { sealedForm } from '../../connections/sealed-form.ts';
import { KEY_VARIABLE, openOrMakeKeyring } from '../../secrets/key-source.ts';
import {
  changeStoredConnections,
  saveStoredConnection,
  storedConnections,
} from '../../store/connections/stored-connections.ts';
import type { Database, Db } from '../../store/database/database.ts';
import { addRuleVersion, newestRules } from '../../store/rule-versions.ts';
import { COMMANDS } from '../../store/users/actor.ts';
import { environmentOf, readConfig, selectConnections } from '../data/config-file.ts';
import { databaseUrl, withDatabase } from '../data/database.ts';
import { withKeyErrors } from '../data/keyring.ts';
import { colors } from '../terminal/colors.ts';
import { print } from '../terminal/output.ts';

export interface ConnectionsOptions {
  config: string;
  data: string;
}

export interface ConnectionsImportOptions extends ConnectionsOptions {
  connection?: string;
}

const withStored = <T>({ data }: ConnectionsOptions, work: (database: Database) => Promise<T>): Promise<T> =>
  withDatabase({ dataDir: data, url: databaseUrl() }, work);

/** Copies connections of the configuration file into the database. */
export async function connectionsImport(options: ConnectionsImportOptions): Promise<void> {
  const { config, text } = readConfig(options.config);
  const selected = selectConnections(config, options.connection);
  const forms = connectionForms(text, environmentOf(text));
  const kept: string[] = [];
  const unreadable = await withStored(options, async (database) => {
    const { db } = database;
    const source = { variable: process.env[KEY_VARIABLE], dataDir: options.data };
    const others = await withKeyErrors(() =>
      changeStoredConnections(db, async (trx) => {
        const keyring = openOrMakeKeyring(source);
        for (const { name, rulesIn, rulesText } of selected) {
          if (rulesIn === 'file' && !(await publishRules(trx, name, rulesText()))) kept.push(name);
          await saveStoredConnection(trx, sealedForm(name, forms.get(name)!, keyring), Date.now());
        }
        return (await storedConnections(trx)).filter(({ secrets }) => !keyring.hasKeyOf(secrets));
      }),
    );
    database.notify({ type: 'connections_changed' });
    return others.map(({ connection }) => connection);
  });
  for (const { name } of selected) print(colors.green(`${name} is in the database.`));
  for (const name of kept)
    print(
      colors.yellow(
        `The published rules of ${name} stay, and are not those of ${options.config}. stagepost config apply publishes these.`,
      ),
    );
  if (unreadable.length > 0)
    print(
      colors.yellow(
        `The secrets of ${unreadable.join(', ')} were encrypted with another key, which is missing.`,
      ),
    );
  print(
    `Remove ${selected.length === 1 ? 'it' : 'them'} from ${options.config}, which comes first as long as it has a connection of the same name.`,
  );
}

/**
 * Publishes the rules of the file as the first version. Rules that were published before stay: somebody may have changed them
 * in the console.
 * @returns whether the published rules are those of the file
 */
async function publishRules(db: Db, connection: string, text: string): Promise<boolean> {
  const newest = await newestRules(db, connection);
  if (newest !== null) return newest.text === text;
  const version = { connection, basedOn: 0, text, note: 'imported from the configuration file' };
  return (await addRuleVersion(db, version, { actor: COMMANDS, at: Date.now() })) !== null;
}
