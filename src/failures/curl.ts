import type { ActionRequest } from './request-preview.ts';

/**
 * A request as a shell command. Addresses and secrets are `$VARIABLES`, as in stagepost.env, so the command contains no
 * secret. Null where the request cannot be made.
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

/** Quotes a text for a shell. A single quote in the text ends the quotation, is escaped, and begins it again. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
