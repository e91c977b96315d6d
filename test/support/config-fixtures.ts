import { type LoadResult, loadConfig } from '../../src/config/load.ts';
import type { ConnectionConfig } from '../../src/config/types.ts';

/** For tests: the variables of the example, none of them a real key. */
export const EXAMPLE_ENV = {
  KOMMO_URL: 'https://acme.kommo.com',
  KOMMO_TOKEN: 'kommo-token-0123456789',
  KOMMO_WEBHOOK_SECRET: '0123456789abcdef0123456789abcdef',
  CUSTOMERIO_SITE_ID: 'site-0123456789',
  CUSTOMERIO_API_KEY: 'api-key-0123456789',
  CUSTOMERIO_SIGNING_KEY: 'signing-key-0123456789',
};

/** For tests: a connection with these lines below it (two spaces deeper than `connections`). */
export function fileWith(lines: string): string {
  const indented = lines.replace(/^(?=.)/gm, '    ');
  return `connections:
  acme:
    kommo: { url: "https://acme.kommo.com", token: abc123, webhook_secret: 0123456789abcdef }
    customerio: { site_id: site, api_key: key, signing_key: sign }
${indented}
`;
}

/** For tests. */
export function load(text: string, env: Record<string, string> = {}): LoadResult {
  return loadConfig({ text, file: 'stagepost.yaml', env });
}

/** For tests: what a person would see, one line for each problem, without the excerpts. */
export function problemLines(result: LoadResult): string[] {
  const problems = result.ok ? result.warnings : result.problems;
  return problems.map(
    ({ line, column, path, message, hint }) =>
      `${line}:${column} ${path}: ${message}.${hint === undefined ? '' : ` ${hint}`}`,
  );
}

/** For tests: the one connection of a file that must be right. */
export function connectionOf(text: string, env: Record<string, string> = {}): ConnectionConfig {
  const result = load(text, env);
  if (!result.ok) throw new Error(problemLines(result).join('\n'));
  return result.config.connections[0]!;
}
