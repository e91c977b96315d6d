import type { ActionRequest } from './request-preview.ts';

/**
 * A request as a line for a shell. Addresses and secrets of the account are `$VARIABLES`, as in stagepost.env: nothing
 * secret is in it. Null where the request cannot be made.
 * @param trackUrl Customer.io's Track API, without a slash at its end
 */
export function curlCommand(
  { destination, method, path, body }: ActionRequest,
  trackUrl: string,
): string | null {
  if (body === null) return null;
  return destination === 'kommo'
    ? line(method, `"$KOMMO_URL${path}"`, '-H "Authorization: Bearer $KOMMO_TOKEN"', body)
    : line(method, quoted(trackUrl + path), '-u "$CUSTOMERIO_SITE_ID:$CUSTOMERIO_API_KEY"', body);
}

function line(method: string, url: string, proof: string, body: unknown): string {
  return `curl -X ${method} ${url} ${proof} -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`;
}

/** Within single quotes a shell changes nothing; a single quote itself is put between two such texts. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
