import type { IncomingMessage } from 'node:http';
import { parse as parseForm } from 'node:querystring';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KommoAccess } from '../kommo-oauth/kommo-access.ts';
import type { RedirectQuery } from '../kommo-oauth/redirect.ts';
import { failureSentence } from '../kommo-oauth/status.ts';
import { asObject, asText, parseJson } from '../lib/unknown-json.ts';
import { readAuthorizationCookie } from './auth/authorization-cookie.ts';
import { networksOf } from './auth/network.ts';
import { readBody } from './body.ts';
import type { BodyBudget } from './body-budget.ts';
import { HttpError } from './http-error.ts';
import { otherRoutes } from './route-table.ts';
import type { ThrottledLog } from './throttled-log.ts';

export interface KommoOAuthOptions {
  access: KommoAccess;
  /** False for a setup. */
  isConnection(name: string): boolean;
  budget: BodyBudget;
  throttledLog: ThrottledLog;
}

/** The secrets of an integration have some hundred bytes. */
const BODY_LIMIT = 16_384;
/** A credential of Kommo: printable, without spaces. */
const CREDENTIAL = /^[\x21-\x7e]{1,500}$/;

/**
 * The addresses that Kommo calls and leads browsers to while somebody grants access. Their queries hold codes and states: no
 * log shows them, and no page stays at such an address.
 */
export async function kommoOAuth(app: FastifyInstance, options: KommoOAuthOptions): Promise<void> {
  const { access, isConnection, throttledLog } = options;
  takeSmallBodies(app, options.budget);

  app.get(
    otherRoutes.kommoRedirect.path,
    { config: { access: otherRoutes.kommoRedirect } },
    async (request, reply) => {
      const query = redirectQuery(request.query);
      protectAddress(reply);
      if (query.state === null) return answerInstallation(query, request, reply);
      const result = await access.authorization.redirected(query, readAuthorizationCookie(request));
      if (!result.ok) {
        note(request, `kommo authorization ${result.code}`, 'access to Kommo was not granted', result);
        if (result.name === null) return showPage(reply, 400, failureSentence(result.code));
      }
      // Fixed pages of this console: nothing of the query chooses where the browser goes.
      const page = isConnection(result.name!)
        ? '/connections'
        : `/setup/${encodeURIComponent(result.name!)}/kommo`;
      return reply.redirect(page, 303);
    },
  );

  app.post(
    otherRoutes.kommoSecrets.path,
    { config: { access: otherRoutes.kommoSecrets }, bodyLimit: BODY_LIMIT },
    async (request, reply) => {
      const fields = fieldsOf(request.body as string);
      const [state, clientId, clientSecret] = ['state', 'client_id', 'client_secret'].map((name) =>
        asText(fields[name]).trim(),
      ) as [string, string, string];
      if (state === '' || !CREDENTIAL.test(clientId) || !CREDENTIAL.test(clientSecret))
        throw new HttpError(400, 'This needs client_id, client_secret and state.');
      const outcome = await access.authorization.takeSecrets(state, { clientId, clientSecret });
      if (outcome === 'stored') return reply.code(200).send({ ok: true });
      note(request, `kommo secrets ${outcome}`, 'secrets of an integration came that nobody waits for', {});
      throw outcome === 'again'
        ? new HttpError(409, 'The secrets for this state are there already.')
        : new HttpError(404, 'Nobody waits for this state, or no longer.');
    },
  );

  app.get(
    otherRoutes.kommoDisconnected.path,
    { config: { access: otherRoutes.kommoDisconnected } },
    async (request, reply) => {
      const query = asObject(request.query);
      const [clientId, accountId, signature] = ['client_uuid', 'account_id', 'signature'].map((name) =>
        asText(query[name]).slice(0, 500),
      ) as [string, string, string];
      protectAddress(reply);
      if (await access.disconnected({ clientId, accountId, signature })) return reply.send({ ok: true });
      note(request, 'kommo disconnection', 'a disconnection of Kommo came that belongs to no connection', {});
      throw new HttpError(404, 'This belongs to no connection.');
    },
  );

  /** Kommo waits 3 s, does not look at the answer and never repeats the call: the code is exchanged after the answer. */
  function answerInstallation(
    query: RedirectQuery,
    request: FastifyRequest,
    reply: FastifyReply,
  ): FastifyReply {
    if (query.error !== null || query.code === null) return showPage(reply, 400, failureSentence('denied'));
    access.authorization.installed(query).then(
      (result) => {
        if (result === null)
          note(request, 'kommo installation', 'a code of Kommo came that nobody waits for', {});
        else if (!result.ok)
          note(request, `kommo installation ${result.code}`, 'access to Kommo was not granted', result);
      },
      (error) => app.log.error({ err: error }, 'a code of Kommo could not be exchanged'),
    );
    return showPage(
      reply,
      200,
      'Stagepost has the code. If a connection waits for access to this account, it has it in a moment. You can close this window.',
    );
  }

  function note(request: FastifyRequest, kind: string, message: string, result: object): void {
    const { code, detail, name } = result as { code?: string; detail?: string | null; name?: string | null };
    throttledLog.add({ kind, address: request.ip, fields: { code, detail, connection: name }, message });
  }
}

function redirectQuery(query: unknown): RedirectQuery {
  const fields = asObject(query);
  const textOf = (name: string) => asText(fields[name]).slice(0, 4_000) || null;
  return {
    ...{
      code: textOf('code'),
      state: textOf('state'),
      error: textOf('error'),
      clientId: textOf('client_id'),
    },
    // Kommo's documentation writes it both ways.
    referer: textOf('referer') ?? textOf('referrer'),
  };
}

/** JSON or a form: others who use the button have seen more fields than the documentation names. */
function fieldsOf(body: string | null | undefined): Record<string, unknown> {
  const json = parseJson(body ?? '');
  return json === undefined ? { ...parseForm(body ?? '') } : asObject(json);
}

/** Bodies of any type as a text. */
function takeSmallBodies(app: FastifyInstance, budget: BodyBudget): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const isTooLarge = Number(request.headers['content-length']) > BODY_LIMIT;
    const memory = { budget, network: networksOf(request.ip).wide };
    const body = isTooLarge ? null : await readBody(payload, BODY_LIMIT, memory);
    if (body === null) throw new HttpError(413, `This is too large: ${BODY_LIMIT / 1024} KB are the most.`);
    return body.toString('utf8');
  });
}

function protectAddress(reply: FastifyReply): void {
  reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
}

/** A page of its own: the console cannot know what Kommo's window was opened for. @param sentence has no markup */
function showPage(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    )
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Stagepost</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}</style>
<h1>Stagepost</h1><p>${sentence}</p><p><a href="/">Open Stagepost</a></p></html>`,
    );
}
