import { type Kysely, sql } from 'kysely';

/**
 * Consent and deliverability as a ledger of facts, and what deals are known to show of them.
 *
 * The ledger takes over what is known: the reports in `events` (of which those from before the retention time have only
 * their name and person left), and the opt-outs and opt-ins in `persons.fields`, which are older still. Retention never
 * removes entries. `persons.fields` keeps the values that other reports have set.
 *
 * The statements read facts through the index `events_mail_facts`, which ends with this migration: a few in a hundred of
 * all reports.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const FACT_NAMES = `kind = 'mail_report'
  and name ~ '(_(unsubscribed|subscribed|spammed|bounced|dropped|suppressed)|subscription_preferences_changed)$'`;

const STATEMENTS = [
  `create table consent_ledger (
    id bigint generated always as identity primary key,
    connection text not null,
    key text not null,
    kind text not null,
    scope text not null,
    at bigint not null,
    source text not null,
    name text not null,
    address text,
    identifier text,
    email text,
    cio_id text,
    who text,
    event_id bigint,
    recorded_at bigint not null
  )`,
  `create table deal_shows (
    connection text not null,
    deal_id bigint not null,
    field text not null,
    value text not null,
    is_restrictive boolean not null,
    event_id bigint,
    updated_at bigint not null,
    primary key (connection, deal_id, field)
  )`,
  // Parts of what strangers send are cast to JSON: a text that is none must not end the migration.
  `create function pg_temp.json_of(content text) returns jsonb language plpgsql as $$
    begin return content::jsonb; exception when others then return null; end $$`,
  `create temporary table consent_facts as
    select id as event_id, connection, regexp_replace(key, '^report:', '') as key, name, occurred_at as at, created_at, person,
      coalesce(payload->'person'->>'id', person) as identifier,
      coalesce(payload->'person'->>'email', case when person like '%@%' then person end) as email,
      payload->'person'->>'cioId' as cio_id,
      lower(trim(payload->'values'->>'recipient')) as recipient,
      coalesce(payload->'values'->>'failure_message', '') as failure,
      case when name ~ 'subscription_preferences_changed$' then pg_temp.json_of(payload->'values'->>'content') end as preferences
    from events where ${FACT_NAMES}`,
  insertEntries(`select connection, key,
      case
        when name ~ '(^|_)unsubscribed$' then 'opt_out'
        when name ~ '(^|_)subscribed$' then 'opt_in'
        when name ~ '_spammed$' then 'complaint'
        when name = 'email_bounced' and failure ~ '^\\s*4\\d\\d\\M' then 'temporary_bounce'
        when name = 'email_bounced' then 'bounce'
        else 'suppressed'
      end as kind,
      'global' as scope, at, 'report' as source, name,
      case when name ~ '^(email|customer)_(bounced|dropped|suppressed)$'
        then coalesce(case when recipient ~ '^[^\\s@<>,;]+@[^\\s@<>,;]+$' then recipient end, email) end as address,
      identifier, email, cio_id, event_id, created_at
    from consent_facts
    where name ~ '(^|_)(un)?subscribed$|_spammed$|^email_bounced$|^(email|customer)_(dropped|suppressed)$'`),
  insertEntries(`select f.connection, f.key, s.kind || case when s.value = 'true' then '_on' else '_off' end, s.scope, f.at,
      'report', f.name, null, f.identifier, f.email, f.cio_id, f.event_id, f.created_at
    from consent_facts f cross join lateral (
      select 'topic' as kind, t.key as scope, t.value::text as value
      from jsonb_each(case when jsonb_typeof(f.preferences->'topics') = 'object' then f.preferences->'topics' else '{}' end) t
      union all
      select 'channel', c.key, c.value::text
      from jsonb_each(case when jsonb_typeof(f.preferences->'channels') = 'object' then f.preferences->'channels' else '{}' end) c
    ) s where s.value in ('true', 'false')`),
  // Messages that came through end a bounce or a suppression. Few people have had one.
  insertEntries(`select a.connection, regexp_replace(a.key, '^report:', ''), case when a.name = 'email_sent' then 'sent' else 'arrived' end, 'global',
      a.occurred_at, 'report', a.name,
      coalesce(case when a.recipient ~ '^[^\\s@<>,;]+@[^\\s@<>,;]+$' then a.recipient end, a.email),
      coalesce(a.identifier, a.person), a.email, a.cio_id, a.id, a.created_at
    from (select distinct connection, person from consent_facts
        where name ~ '_(bounced|dropped|suppressed)$' and person is not null) f
      cross join lateral (
        select id, connection, key, name, occurred_at, created_at, person,
          lower(trim(payload->'values'->>'recipient')) as recipient,
          coalesce(payload->'person'->>'email', case when person like '%@%' then person end) as email,
          payload->'person'->>'id' as identifier, payload->'person'->>'cioId' as cio_id
        from events e
        where e.connection = f.connection and e.person = f.person and e.kind = 'mail_report'
          and e.name in ('email_sent', 'email_delivered', 'email_opened', 'email_clicked', 'email_converted', 'email_replied')
        order by id desc limit 20
      ) a`),
  insertEntries(`select p.connection, 'field:' || p.person || ':' || f.key || ':out',
      case when f.value->>'by' ~ '_spammed$' then 'complaint' else 'opt_out' end, 'global',
      (f.value->>'optOutAt')::bigint, 'field',
      case when f.value->>'by' ~ '_(unsubscribed|spammed)$' then f.value->>'by' else 'customer_unsubscribed' end,
      null, p.person, p.email, null, null, p.updated_at
    from persons p cross join lateral jsonb_each(p.fields) f
    where p.fields <> '{}' and f.value->>'optOutAt' is not null`),
  insertEntries(`select p.connection, 'field:' || p.person || ':' || f.key || ':in', 'opt_in', 'global',
      (f.value->>'optInAt')::bigint, 'field', 'customer_subscribed', null, p.person, p.email, null, null, p.updated_at
    from persons p cross join lateral jsonb_each(p.fields) f
    where p.fields <> '{}' and f.value->>'optInAt' is not null`),
  // The first versions did not store which report had set the value.
  insertEntries(`select p.connection, 'field:' || p.person || ':' || f.key || ':value',
      case when lower(f.value->>'value') = 'unsubscribed' then 'opt_out' else 'complaint' end, 'global',
      (f.value->>'at')::bigint, 'field',
      case when lower(f.value->>'value') = 'unsubscribed' then 'customer_unsubscribed' else 'email_spammed' end,
      null, p.person, p.email, null, null, p.updated_at
    from persons p cross join lateral jsonb_each(p.fields) f
    where p.fields <> '{}' and f.value->>'by' is null and f.value->>'optOutAt' is null
      and lower(f.value->>'value') in ('unsubscribed', 'spam', 'complained')`),
  `drop table consent_facts`,
  `drop function pg_temp.json_of(text)`,
  `create unique index consent_ledger_fact on consent_ledger (connection, key, kind, scope)`,
  `create index consent_ledger_identifier on consent_ledger (connection, identifier) where identifier is not null`,
  `create index consent_ledger_email on consent_ledger (connection, email) where email is not null`,
  `create index consent_ledger_address on consent_ledger (connection, address) where address is not null`,
  `create index consent_ledger_cio_id on consent_ledger (connection, cio_id) where cio_id is not null`,
  `drop index events_mail_facts`,
];

function insertEntries(select: string): string {
  return `insert into consent_ledger (connection, key, kind, scope, at, source, name, address, identifier, email, cio_id,
    event_id, recorded_at) ${select}`;
}
