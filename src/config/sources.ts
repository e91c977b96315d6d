import { formatPath, type PathProblem, parsePath } from '../domain/rules/paths.ts';
import { isTemplate } from '../domain/rules/values.ts';
import { checkTemplate, SCOPE_NAMES, type TemplateFault, type TextScope } from './templates.ts';

/** A value as the configuration gives it: a path, a Liquid text, or a fixed number or boolean. */
export type ValueSource = string | number | boolean;

/**
 * Reads a value: a Liquid text where it contains `{{`, a fixed value where it is a number or a boolean, else a value path.
 * A fixed word is a mistake, because it looks like a mistyped path, and a wrong value would be sent unnoticed.
 */
export function readSource(
  text: string,
  scope: TextScope,
): { source: ValueSource } | { faults: TemplateFault[] } {
  const value = text.trim();
  if (isTemplate(value)) {
    const faults = checkTemplate(value, scope);
    return faults.length > 0 ? { faults } : { source: value };
  }
  if (value === 'true' || value === 'false') return { source: value === 'true' };
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value)) return readNumber(value);
  const path = parsePath(value);
  if (SCOPE_NAMES[scope].includes(value)) {
    return { faults: [{ message: `"${value}" is no value path`, hint: `Write it as '{{ ${value} }}'.` }] };
  }
  if ('problem' in path) return { faults: [explain(path, value)] };
  if (path.kind !== 'report') return { source: formatPath(path) };
  const hint = 'Only a report of Customer.io brings it.';
  return { faults: [{ message: `"${value}" exists only in reactions`, hint }] };
}

function readNumber(value: string): { source: number } | { faults: TemplateFault[] } {
  const number = Number(value);
  if (Number.isFinite(number) && (value.includes('.') || Number.isSafeInteger(number))) {
    return { source: number };
  }
  return { faults: [{ message: 'the number is too big to be kept exactly', hint: asText(value) }] };
}

function explain(found: PathProblem, value: string): TemplateFault {
  const hint = [found.hint, found.unknownRoot ? asText(value) : null].filter(Boolean).join(' ');
  return { message: found.problem, ...(hint ? { hint } : {}) };
}

/** How to write a fixed text. Liquid knows no escapes, so the quote must not be in the text. */
function asText(value: string): string {
  const fixed = /["'\n]/.test(value) || value.length > 60 ? 'text' : value;
  return `For a fixed text write '{{ "${fixed}" }}'.`;
}
