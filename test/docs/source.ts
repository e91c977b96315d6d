import { globSync } from 'node:fs';
import { ROOT, textOf } from './markdown.ts';

/** A number or a product of numbers, such as `5 * 60_000`. */
const NUMERIC = String.raw`[\d_.]+(?: \* [\d_.]+)*`;

/**
 * The number that a constant has in the source. Most of these constants are private to their module, and a test is no
 * reason to export them.
 * @param key the property, where the constant is an object.
 */
export function constant(file: string, name: string, key?: string): number {
  const source = textOf(file);
  const start = source.search(new RegExp(`\\bconst ${name}\\b`));
  if (start < 0) throw new Error(`${file} has no constant ${name}: correct the name in this test.`);
  const declaration = source.slice(start, source.indexOf(';\n', start));
  const pattern = key === undefined ? `=\\s*(${NUMERIC})$` : `\\b${key}: (${NUMERIC})`;
  const expression = new RegExp(pattern).exec(declaration)?.[1];
  if (expression === undefined) throw new Error(`${file}: ${name} has no number${key ? ` "${key}"` : ''}.`);
  return evaluate(expression);
}

/** The first number after a text of the source, where there is no constant. */
export function numberAfter(file: string, text: string): number {
  const source = textOf(file);
  const start = source.indexOf(text);
  const found = start < 0 ? null : new RegExp(NUMERIC).exec(source.slice(start + text.length));
  if (!found) throw new Error(`${file} does not contain "${text}" and a number: correct this test.`);
  return evaluate(found[0]);
}

function evaluate(product: string): number {
  const factors = product.split('*').map((factor) => Number(factor.replaceAll('_', '')));
  return factors.reduce((result, factor) => result * factor);
}

/** All code that runs in production, as one text. */
export function productionSource(): string {
  return globSync('src/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts'))
    .map(textOf)
    .join('\n');
}
