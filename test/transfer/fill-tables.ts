import type { Session } from '../../src/transfer/session.ts';
import type { Column, Table } from '../../src/transfer/tables.ts';

/** Characters that a format of lines, JSON or a terminal could get wrong. */
const TEXT = `'"\\ü\u2028\n\t{[😀'`;

/** Values by type; a column of another type fails the test. */
const VALUES: Record<string, string> = {
  text: TEXT,
  'character varying(255)': TEXT,
  bigint: '9007199254740991',
  integer: '-7',
  smallint: '3',
  boolean: 'true',
  jsonb: `'{"a": [1.50, null, "ü\u2028"], "b": 12345678901234567890}'`,
  bytea: `'\\x00ff0a'`,
  'integer[]': `'{1,NULL}'`,
  'bigint[]': `'{1,2}'`,
  'text[]': `'{"a,b",NULL,"c\\"d"}'`,
  uuid: `'0190a0f0-0000-7000-8000-000000000001'`,
  'timestamp with time zone': `'2026-11-30 12:34:56.789012+02'`,
  'timestamp without time zone': `'2026-11-30 12:34:56.789012'`,
  'pgboss.job_state': `'created'`,
};

/** Values of columns that a constraint restricts. */
const RESTRICTED: Record<string, string> = {
  'installation.only_row': 'true',
  'sessions.user_id': '1',
  'setup_links.user_id': '1',
  'tokens.user_id': '1',
  'pgboss.queue.dead_letter': 'null',
  'pgboss.job.dead_letter': 'null',
  'pgboss.schedule.kind': `'cron'`,
  'pgboss.queue.policy': `'standard'`,
  'pgboss.queue.table_name': `'job_common'`,
};

/** Adds a row to every table, with a value in every column. */
export async function fillTables(session: Session, tables: Table[]): Promise<void> {
  const [queue] = await session.rows<{ name: string }>('select name from pgboss.queue limit 1');
  for (const { name, columns } of tables) {
    const valueFor = (column: Column) => {
      if (name.startsWith('pgboss.') && name !== 'pgboss.queue' && /^(queue_name|name)$/.test(column.name))
        return `'${queue!.name}'`;
      if (column.name === 'id' && column.type === 'bigint') return '1';
      const value = RESTRICTED[`${name}.${column.name}`] ?? VALUES[column.type];
      if (value === undefined) throw new Error(`No value for ${name}.${column.name} of type ${column.type}.`);
      return value;
    };
    await session.rows(
      `insert into ${name} (${columns.map((column) => column.name).join(', ')}) overriding system value
        values (${columns.map(valueFor).join(', ')}) on conflict do nothing`,
    );
  }
}
