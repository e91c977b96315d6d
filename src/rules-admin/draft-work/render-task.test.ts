import { expect, it } from 'vitest';
import { dealContext, SALES } from '../../../test/support/entities.ts';
import type { TextToRender } from '../render-schemas.ts';
import { renderTexts } from './render-task.ts';

const NOW = 1_760_000_000;

function render(text: Omit<TextToRender, 'key'>, reports: Parameters<typeof renderTexts>[0]['reports'] = {}) {
  const account = { timezone: 'UTC', country: 'ES' } as Parameters<
    typeof renderTexts
  >[0]['catalog']['account'];
  const catalog = { pipelines: [SALES], account };
  const [rendered] = renderTexts({
    ...{ texts: [{ key: 'at.here', ...text }], deal: dealContext(), catalog, reports, now: NOW },
  });
  return rendered;
}
const value = (source: string) => render({ kind: 'value', source })?.text;

it('a value is shown as it is sent: a path, a number, a list, a text', () => {
  expect(value('deal.field.Plan')).toBe('Pro');
  expect(value('deal.price')).toBe('1200');
  expect(value('deal.tags')).toBe('[]');
  expect(value('42')).toBe('42');
  expect(value('{{ contact.first_name }} buys {{ deal.field.Plan }}')).toBe('Ann buys Pro');
  expect(value('deal.field.Nothing')).toBeNull();
});

it('a note knows the event and the person, and the usual one stands where there is none', () => {
  expect(
    render({ kind: 'stage_note', source: '{{ event }} for {{ contact.name }}', event: 'won' })?.text,
  ).toBe('won for Ann Lee');
  expect(render({ kind: 'stage_note', source: '', event: 'won' })?.text).toContain(
    "'won' sent to Customer.io",
  );
});

it('a reaction has the values of the newest report, or an example', () => {
  const opened = { kind: 'reaction', source: 'Opened {{ subject }}', report: 'email_opened' } as const;
  expect(render(opened, { email_opened: { subject: 'Hello Ann' } })?.text).toBe('Opened Hello Ann');
  expect(render(opened)?.text).toBe('Opened Your proposal');
});

it('a text that cannot be rendered says why, and the others come out all the same', () => {
  const broken = render({ kind: 'stage_note', source: '{{ deal.name | nothing }}' });
  expect(broken).toMatchObject({
    text: null,
    problem: expect.stringContaining('This text cannot be rendered'),
  });
});

it('a text that is too much work is refused, and a long one is cut', () => {
  const loop = '{% for a in (1..100000) %}{% for b in (1..100000) %}x{% endfor %}{% endfor %}';
  expect(render({ kind: 'stage_note', source: loop })?.problem).toContain('too expensive');
  expect(render({ kind: 'stage_note', source: 'x'.repeat(5_000) })?.text).toHaveLength(2_001);
});
