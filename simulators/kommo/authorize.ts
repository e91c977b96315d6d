import { createHmac } from 'node:crypto';
import type { Reply } from './hal.ts';
import type { WindowAnswer } from './input-types.ts';
import type { User } from './model.ts';
import type { Integration, OAuth } from './oauth.ts';
import type { AccountOptions } from './option-types.ts';

/*
 * The window in which Kommo asks a person for access, and what Kommo itself calls: the button's secrets, the redirect URL after an
 * installation, the address for withdrawn access (Kommo docs).
 */

export interface AuthorizeParts {
  oauth: OAuth;
  account: AccountOptions;
  users(): readonly User[];
  defaultClientId(): string;
  /** Where the account answers now, as in `referer`. */
  accountHost(): string;
}

export interface Authorize {
  /** The page of the window. */
  page(query: string): Reply;
  /** Where the browser goes after the answer; null where the window shows an error instead. */
  answer(query: string, answer: WindowAnswer): Promise<string | null>;
  /** Kommo's own call of the redirect URL. @returns the status; null where none came in time */
  install(clientId?: string): Promise<number | null>;
  /** Kommo's call to the address for withdrawn access. */
  reportDisconnection(address: string, clientId?: string): Promise<number | null>;
}

/** Kommo docs: the receiver of a code has 3 s; nothing is repeated. */
const HOOK_MS = 3_000;

export function createAuthorize(parts: AuthorizeParts): Authorize {
  const { oauth, account, users, defaultClientId, accountHost } = parts;

  const redirect = (target: string, values: Record<string, string>): string => {
    const url = new URL(target);
    for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
    return url.href;
  };

  /** The integration that is asked for; the button's is made now, and its secrets are sent. */
  async function integrationOf(query: URLSearchParams): Promise<Integration | null> {
    const clientId = query.get('client_id');
    if (clientId !== null) return oauth.integration(clientId) ?? null;
    const [redirectUri, secretsUri] = [query.get('redirect_uri'), query.get('secrets_uri')];
    if (redirectUri === null || secretsUri === null || query.get('name') === null) return null;
    const made = oauth.addIntegration(redirectUri);
    const body = {
      ...{ client_id: made.clientId, client_secret: made.clientSecret },
      ...{ state: query.get('state'), name: query.get('name'), scopes: query.getAll('scopes[]') },
    };
    const status = await call(secretsUri, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    // Seen in public code: exactly 200 is wanted, and 204 fails.
    return status === 200 ? made : null;
  }

  return {
    page(rawQuery) {
      const query = new URLSearchParams(rawQuery);
      const clientId = query.get('client_id');
      const isKnown =
        clientId === null ? query.has('secrets_uri') : oauth.integration(clientId) !== undefined;
      return html(
        isKnown ? 200 : 404,
        isKnown ? windowPage(query, account, users()) : '<p>No such integration.</p>',
      );
    },
    async answer(rawQuery, { allow, userId }) {
      const query = new URLSearchParams(rawQuery);
      const state = query.get('state') ?? '';
      if (!allow) {
        const clientId = query.get('client_id') ?? '';
        const target = query.get('redirect_uri') ?? oauth.integration(clientId)?.redirectUri;
        return target ? redirect(target, { error: 'access_denied', client_id: clientId, state }) : null;
      }
      const integration = await integrationOf(query);
      if (integration === null) return null;
      const { clientId: client_id, redirectUri } = integration;
      const code = oauth.issueCode(client_id, userId);
      return redirect(redirectUri, { code, state, referer: accountHost(), client_id });
    },
    async install(clientId = defaultClientId()) {
      const { redirectUri } = oauth.integration(clientId)!;
      const code = oauth.issueCode(clientId);
      return call(
        redirect(redirectUri, { code, referer: accountHost(), client_id: clientId, from_widget: '1' }),
      );
    },
    async reportDisconnection(address, clientId = defaultClientId()) {
      const { clientSecret } = oauth.integration(clientId)!;
      const account_id = String(account.id);
      const signature = createHmac('sha256', clientSecret).update(`${clientId}|${account_id}`).digest('hex');
      return call(redirect(address, { client_uuid: clientId, account_id, signature }));
    },
  };
}

async function call(url: string, options: RequestInit = {}): Promise<number | null> {
  try {
    const headers = { 'user-agent': 'amoService-oAuth-Code-Sender/1.0', ...options.headers };
    const signal = AbortSignal.timeout(HOOK_MS);
    return (await fetch(url, { ...options, headers, signal, redirect: 'manual' })).status;
  } catch {
    return null;
  }
}

const html = (status: number, body: string): Reply => ({
  status,
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><meta charset="utf-8"><title>Kommo (simulated)</title>${body}`,
});

/** Two forms that work without scripts; each leads to `/oauth/answer` with the query of the window. */
function windowPage(query: URLSearchParams, account: AccountOptions, users: readonly User[]): string {
  const hidden = [...query].map(
    ([name, value]) => `<input type="hidden" name="${text(name)}" value="${text(value)}">`,
  );
  const options = users.map(({ id, name }) => `<option value="${id}">${text(name)}</option>`);
  const form = (name: string, extra: string, label: string) =>
    `<form action="/oauth/answer">${hidden.join('')}<input type="hidden" name="answer" value="${name}">${extra}<button>${label}</button></form>`;
  return `<main style="font:16px system-ui;max-width:30rem;margin:3rem auto">
<h1>${text(query.get('name') ?? 'An integration')} asks for access</h1>
<p>to the account <b>${text(account.name)}</b>. This is a simulated Kommo.</p>
${form('allow', `<label>Signed in as <select name="user_id">${options.join('')}</select></label> `, 'Allow')}
${form('deny', '', 'Deny')}</main>`;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const text = (value: string) => value.replace(/[&<>"]/g, (character) => ESCAPES[character]!);
