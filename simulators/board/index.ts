import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listening, type ListenOptions, listen } from '../common/http-server.ts';
import type { CustomerioSimulator } from '../customerio/index.ts';
import type { KommoSimulator } from '../kommo/index.ts';
import { accessPage } from './access-page.ts';
import { actions, type BoardSides } from './actions.ts';
import { createCallLog } from './call-log.ts';
import { callsPage } from './calls-page.ts';
import { dealPage } from './deal-page.ts';
import { dealsPage } from './deals-page.ts';
import { createFaults } from './faults.ts';
import { createFeed } from './feed.ts';
import { isFriendlyHost, isOwnPage, readForm } from './guards.ts';
import { type Html, html } from './html.ts';
import { mainPart, page } from './page.ts';
import { peoplePage } from './people-page.ts';

interface BoardOptions extends ListenOptions {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
}

interface Content {
  status: number;
  title: string;
  content: Html;
  refusal?: string;
}

/**
 * A web page in which people do what happens at both sides: they move deals, open and click emails, and read the calls.
 * It changes the simulators only, as their own web pages would.
 */
export async function startBoard({ kommo, customerio, ...where }: BoardOptions): Promise<Listening> {
  const calls = createCallLog(kommo, customerio);
  const sides: BoardSides = { kommo, customerio, calls, faults: createFaults(kommo, customerio), code: null };
  const feed = createFeed(kommo, customerio);
  const listening = await listen(where, (request, response) => {
    answer(sides, feed.follow, request, response).catch((error: unknown) => {
      console.error('The board failed:', error);
      response.destroy();
    });
  });
  return {
    url: listening.url,
    close() {
      feed.close();
      return listening.close();
    },
  };
}

async function answer(
  sides: BoardSides,
  follow: (response: ServerResponse) => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isFriendlyHost(request.headers.host)) return write(response, refusal(403, 'Unknown host name.'));
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://board');
  if (request.method === 'POST') return act(sides, pathname, request, response);
  if (request.method !== 'GET') return write(response, refusal(405, 'Only GET and POST.'));
  if (pathname === '/changes') return follow(response);
  const content = contentOf(sides, pathname, searchParams);
  write(response, content, request.headers['x-part'] === 'main');
}

function contentOf(sides: BoardSides, path: string, query: URLSearchParams): Content {
  const { kommo, customerio, calls } = sides;
  const dealId = /^\/deals\/(\d{1,15})$/.exec(path)?.[1];
  if (path === '/')
    return {
      status: 200,
      title: 'Deals',
      content: dealsPage(kommo, Number(query.get('pipeline')) || undefined),
    };
  if (path === '/people') return { status: 200, title: 'People and emails', content: peoplePage(customerio) };
  if (path === '/access') return { status: 200, title: 'Access and faults', content: accessPage(sides) };
  if (path === '/calls') return { status: 200, title: 'Calls', content: callsPage(calls) };
  const deal = dealId === undefined ? null : dealPage(kommo, customerio, Number(dealId));
  return deal ? { status: 200, ...deal } : refusal(404, 'There is no such page.');
}

/** Does what a form asks for, and sends the browser back to the page of the form. */
async function act(
  sides: BoardSides,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isOwnPage(request.headers)) return write(response, refusal(403, 'A form of another page.'));
  const action = actions.get(/^\/act\/([a-z-]+)$/.exec(path)?.[1] ?? '');
  if (!action) return write(response, refusal(404, 'There is no such action.'));
  const form = await readForm(request);
  if (!form) return write(response, refusal(413, 'The form is too long.'));
  try {
    action(sides, form);
  } catch (error) {
    return write(response, refusal(409, error instanceof Error ? error.message : String(error)));
  }
  const back = form.get('back') ?? '/';
  response.writeHead(303, { location: /^\/(?![/\\])/.test(back) ? back : '/' }).end();
}

const refusal = (status: number, reason: string): Content => ({
  status,
  title: 'That does not work',
  content: html`<p><a href="/">Deals</a></p>`,
  refusal: reason,
});

/** @param alone only the part that changes, for a page that is open */
function write(response: ServerResponse, { status, ...shown }: Content, alone = false): void {
  const nonce = randomBytes(16).toString('base64');
  const body = (alone ? mainPart(shown) : page(shown, nonce)).text;
  const own = `'nonce-${nonce}'`;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'content-security-policy': `default-src 'none'; style-src ${own}; script-src ${own}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
