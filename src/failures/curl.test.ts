import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Action } from '../domain/actions.ts';
import { curlCommand } from './curl.ts';
import { requestPreview } from './request-preview.ts';

const CATALOG = {
  dealFields: [{ id: 7, name: 'Email_status', code: null, type: 'text', options: null }],
  users: [],
  account: { timezone: 'UTC' },
};

const curl = (action: Action, catalog: typeof CATALOG | null = CATALOG) =>
  curlCommand(requestPreview(action, 'ULID', catalog), 'https://track.customer.io');

/** The arguments that a shell makes of the line. */
function argumentsOf(line: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }; ${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', env: {} }).split('\0').slice(0, -1);
}

const bodyOf = (action: Action) => JSON.parse(argumentsOf(curl(action)!).at(-1)!);

describe('an action as a curl line', () => {
  it('keeps quotes, dollars and lines in a text as they are', () => {
    const text = `It's "5 $HOME" \`whoami\`\nand more`;
    expect(bodyOf({ kind: 'note', dealId: 5, text })).toEqual([
      {
        ...{ entity_id: 5, note_type: 'common', params: { text } },
        ...{ request_id: '0', is_need_to_trigger_digital_pipeline: false },
      },
    ]);
  });

  it('names the person in the address', () => {
    const line = curl({ kind: 'identify', person: "o'b+x/@a.c", attributes: {}, timestamp: 1 })!;
    expect(argumentsOf(line)).toContain(`https://track.customer.io/api/v1/customers/o'b%2Bx%2F%40a.c`);
  });

  it('sends the event under the same id again, so that it counts once', () => {
    const event = { kind: 'track', person: 'a', name: 'deal_won', data: { x: 1 }, timestamp: 1 } as const;
    expect(bodyOf(event)).toEqual({ name: 'deal_won', id: 'ULID', timestamp: 1, data: { x: 1 } });
  });

  it('finds a field by its name, and says nothing where there is none', () => {
    const set = { kind: 'set_field', dealId: 5, field: 'email_status', value: 'bounced' } as Action;
    expect(bodyOf(set)).toEqual([
      { id: 5, custom_fields_values: [{ field_id: 7, values: [{ value: 'bounced' }] }], request_id: '0' },
    ]);
    expect(curl(set, null)).toBeNull();
  });

  it('holds variables in the place of secrets', () => {
    expect(curl({ kind: 'note', dealId: 5, text: 'x' })).toContain('"Authorization: Bearer $KOMMO_TOKEN"');
  });
});
