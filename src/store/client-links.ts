import { sql } from 'kysely';
import { type Db, jsonText } from './database/database.ts';

/** A contact that was linked to a deal. */
export interface ContactLink {
  dealId: number;
  contactId: number;
}

/** Those of the links that lead to a client who is recorded, on a deal of which nobody is known. */
export async function linksOfClients(
  db: Db,
  connection: string,
  links: ContactLink[],
): Promise<ContactLink[]> {
  if (links.length === 0) return [];
  const { rows } = await sql<ContactLink>`
    select l."dealId", l."contactId"
    from jsonb_to_recordset(${jsonText(links)}::jsonb) as l("dealId" bigint, "contactId" bigint)
    where not exists (
      select 1 from person_deals d where d.connection = ${connection} and d.deal_id = l."dealId" and d.until is null
    ) and (
      exists (select 1 from persons p where p.connection = ${connection} and p.contact_id = l."contactId")
      or exists (
        select 1 from person_names n
        where n.connection = ${connection} and n.kind = 'contact' and n.value = l."contactId"::text
      )
    )
  `.execute(db);
  return rows;
}
