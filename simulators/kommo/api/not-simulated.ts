import { problem, type Reply } from '../hal.ts';

/**
 * Parts of Kommo's API that exist and are not simulated. They are answered 501, which Kommo never does, so that nobody takes the
 * answer for Kommo's own; a path that does not exist is 404.
 */
const parts: [call: RegExp, name: string][] = [
  [/ \/api\/v2\//, 'API v2'],
  [/ \/api\/v4\/customers(\/|$)/, 'Customers and segments'],
  [/ \/api\/v4\/(leads|contacts|companies)\/custom_fields\/groups(\/|$)/, 'Groups of fields'],
  [
    / \/api\/v4\/(leads|contacts|companies)\/\d+\/(files|subscriptions)$/,
    'Files and subscriptions of an entity',
  ],
  [/ \/api\/v4\/(contacts\/chats|chats\/templates(\/.*)?)$/, 'Chats'],
  [/ \/api\/v4\/talks(\/|$)/, 'Talks'],
  [/ \/api\/v4\/sources(\/|$)/, 'Sources'],
  [/ \/api\/v4\/roles(\/|$)/, 'Roles'],
  [/ \/api\/v4\/widgets(\/|$)/, 'Widgets'],
  [/^POST \/api\/v4\/users$/, 'Adding users'],
  [/ \/api\/v4\/(bots|salesbot)(\/|$)/, 'Salesbots'],
  [/ \/api\/v4\/short_links$/, 'Short links'],
  [/ \/api\/v4\/files(\/|$)/, 'Files'],
];

export const notSimulated = (what: string): Reply =>
  problem(501, `${what}: Kommo has this, and the simulator does not.`);

/** The 501 of a call that only the real Kommo knows; null for all others. */
export function missingPart({ method, path }: { method: string; path: string }): Reply | null {
  const part = parts.find(([pattern]) => pattern.test(`${method} ${path}`));
  return part ? notSimulated(part[1]) : null;
}
