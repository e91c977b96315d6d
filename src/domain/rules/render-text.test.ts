import { afterEach, expect, it, vi } from 'vitest';
import { renderText, TemplateError } from './render-text.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('renders a text although the process was paused for minutes in the middle of it', () => {
  let minutes = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => 60_000 * minutes++);
  expect(renderText('{% for n in (1..3) %}{{ n }} {% endfor %}', {})).toBe('1 2 3 ');
});

it.each([
  [
    'with endless loops',
    '{% for a in tags %}{% for b in tags %}{% for c in tags %}{{ c }}{% endfor %}{% endfor %}{% endfor %}',
  ],
  ['with a huge range', '{% for n in (1..1000000000) %}{% endfor %}'],
  ['with an unknown filter', '{{ tags | shout }}'],
  ['that is no Liquid', '{% if %}'],
])('refuses a text %s', (_what, text) => {
  const tags = Array.from({ length: 100 }, (_, n) => `tag ${n}`);
  expect(() => renderText(text, { tags })).toThrow(TemplateError);
});
