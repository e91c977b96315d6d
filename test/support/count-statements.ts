import type { KyselyPlugin } from 'kysely';
import type { Db } from '../../src/store/database/database.ts';

export interface CountedDb {
  db: Db;
  /** What was sent to the database so far: statements, and the begin and the end of each transaction. */
  count(): number;
}

export function countStatements(plain: Db): CountedDb {
  let count = 0;
  const counting: KyselyPlugin = {
    transformQuery({ node }) {
      count += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const db = plain.withPlugin(counting);
  const transaction = db.transaction.bind(db);
  db.transaction = () => {
    count += 2;
    return transaction();
  };
  return { db, count: () => count };
}
