import type { Action } from './rules/actions.ts';
import type { Catalog } from './rules/entities.ts';

/** Where the two sides are. */
export interface CurlTargets {
  /** Customer.io's Track API, without a slash at its end. */
  trackUrl: string;
  /** For the ids of fields; null before Kommo was read. */
  catalog: Pick<Catalog, 'dealFields'> | null;
}

/**
 * The call that delivers one action, as a line for a shell. Addresses and secrets of the account are `$VARIABLES`, as
 * in stagepost.env: nothing secret is in it. Null where a field's id is not known.
 */
export function curlOf(action: Action, ulid: string, { trackUrl, catalog }: CurlTargets): string | null {
  switch (action.kind) {
    case 'identify':
      return customerio('PUT', `${trackUrl}/api/v1/customers/${encodeURIComponent(action.person)}`, {
        ...action.attributes,
        _timestamp: action.timestamp,
      });
    case 'track': {
      const { person, name, data, timestamp } = action;
      const url = `${trackUrl}/api/v1/customers/${encodeURIComponent(person)}/events`;
      // The same id as Stagepost's own call: sent again, Customer.io ignores it.
      return customerio('POST', url, { name, id: ulid, timestamp, data });
    }
    case 'note':
      return kommo('POST', '/leads/notes', [
        { entity_id: action.dealId, note_type: 'common', params: { text: action.text } },
      ]);
    case 'task':
      return kommo('POST', '/tasks', [
        {
          entity_id: action.dealId,
          entity_type: 'leads',
          text: action.text,
          complete_till: action.dueAt,
          responsible_user_id: action.responsibleUserId ?? undefined,
        },
      ]);
    case 'set_field': {
      const wanted = action.field.toLowerCase();
      const field = catalog?.dealFields.find(
        ({ id, name }) => String(id) === wanted || name.toLowerCase() === wanted,
      );
      if (!field) return null;
      const values = [{ field_id: field.id, values: [{ value: action.value }] }];
      return kommo('PATCH', '/leads', [{ id: action.dealId, custom_fields_values: values }]);
    }
    default:
      return null;
  }
}

function kommo(method: string, path: string, body: unknown): string {
  return line(method, `"$KOMMO_URL/api/v4${path}"`, '-H "Authorization: Bearer $KOMMO_TOKEN"', body);
}

function customerio(method: string, url: string, body: unknown): string {
  return line(method, quoted(url), '-u "$CUSTOMERIO_SITE_ID:$CUSTOMERIO_API_KEY"', body);
}

function line(method: string, url: string, proof: string, body: unknown): string {
  return `curl -X ${method} ${url} ${proof} -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`;
}

/** Within single quotes a shell changes nothing; a single quote itself is put between two such texts. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
