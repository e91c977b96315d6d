import { afterEach, expect, it, vi } from 'vitest';
import { type Scope, TemplateError, TextRenderer } from './render-text.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function render(text: string, scope: Scope = {}): string {
  return new TextRenderer().render(text, scope, 'The note');
}

it('renders a text although the process was paused for minutes in the middle of it', () => {
  let minutes = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => 60_000 * minutes++);
  expect(render('{% for n in (1..3) %}{{ n }} {% endfor %}')).toBe('1 2 3 ');
});

it.each([
  ['with an unknown filter', '{{ tags | shout }}'],
  ['that is no Liquid', '{% if %}'],
  ['that includes another', '{% include "other" %}'],
])('refuses a text %s', (_what, text) => {
  expect(() => render(text)).toThrow(TemplateError);
});

it('names the text that cannot be rendered', () => {
  expect(() => render('{{ tags | shout }}')).toThrow(/^The note cannot be rendered: undefined filter: shout/);
});

it('leaves the variables of other texts alone', () => {
  const scope = { deal: { name: 'Acme' } };
  render('{% increment deal %}{% assign person = 1 %}', scope);
  expect(scope).toEqual({ deal: { name: 'Acme' } });
});
