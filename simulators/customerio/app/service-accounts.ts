import type { Credentials } from '../http/credentials.ts';
import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import type { CustomerioSwitches } from '../types.ts';

/**
 * The part of Customer.io's own API that a service account needs to read the signing key of its workspace. Source:
 * public code of Customer.io's command line client. The shape of the key's answer is not published: a switch.
 */

export interface ServiceAccountOptions {
  credentials: Credentials;
  environmentId: number;
  switches: CustomerioSwitches;
}

const SESSION = 'session-of-the-service-account';

export function isServiceAccountCall({ path }: Call): boolean {
  return path[0] === 'v1' && (path[1] === 'service_accounts' || path[1] === 'environments');
}

export function serviceAccountCall(options: ServiceAccountOptions, call: Call): Reply {
  if (call.path.join('/') === 'v1/service_accounts/oauth/token')
    return call.method === 'POST' ? exchange(options, call) : appError(404, 'not found');
  if (call.headers.authorization !== `Bearer ${SESSION}`) return appError(401, 'unauthorized');
  const [, , environment, resource, ...rest] = call.path;
  const isKey = resource === 'signing_secret' && rest.length === 0 && call.method === 'GET';
  if (!isKey || Number(environment) !== options.environmentId) return appError(404, 'not found');
  const { signingKey } = options.credentials;
  return appJson(200, {
    signing_secret: options.switches.signingSecretShape === 'text' ? signingKey : { secret: signingKey },
  });
}

/** OAuth 2.0, client credentials: the token of the service account is the client's secret. */
function exchange({ credentials }: ServiceAccountOptions, call: Call): Reply {
  const form = new URLSearchParams(call.body);
  if (form.get('grant_type') !== 'client_credentials')
    return appJson(400, { error: 'unsupported_grant_type' });
  if (form.get('client_secret') !== credentials.serviceAccount)
    return appJson(401, { error: 'invalid_client', error_description: 'invalid client credentials' });
  const scope = form.get('scope') ?? '';
  return appJson(200, { access_token: SESSION, token_type: 'Bearer', expires_in: 3600, scope });
}
