import { Liquid, type Template } from 'liquidjs';
import { KNOWN_PATHS, type Path, pathOfVariable, REPORT_VALUES } from '../domain/rules/paths.ts';
import { nearest } from '../lib/nearest.ts';
import type { Hint } from './problems.ts';

export interface TemplateFault {
  message: string;
  hint?: Hint;
}

/** The kind of text, which decides the variables besides those of the deal, contact and company. */
export type TextScope = 'value' | 'stage_data' | 'stage_note' | 'reaction' | 'inactivity';

export const SCOPE_NAMES: Record<TextScope, readonly string[]> = {
  value: [],
  stage_data: ['event'],
  stage_note: ['event', 'person', 'client'],
  reaction: REPORT_VALUES,
  inactivity: ['event', 'client'],
};

/** Liquid finds the variables of a text in time that grows with the square of its tags and outputs. */
const MAX_TAGS = 500;
/** The most faults that are listed of one text. */
const MAX_FAULTS = 20;

/** The filters that Stagepost adds to Liquid's. */
const OWN_FILTERS = ['e164'];

/** Only parses; `src/domain/rules/values.ts` renders, with the same strictness about filters. */
const liquid = createLiquid();

function createLiquid(): Liquid {
  const engine = new Liquid({ strictFilters: true, templates: {}, parseLimit: 100_000 });
  // A text of the configuration cannot include files.
  for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag];
  for (const name of OWN_FILTERS) engine.registerFilter(name, (value: unknown) => value);
  return engine;
}

/** The errors of a Liquid text: its syntax, its filters and the names it uses. */
export function checkTemplate(text: string, scope: TextScope): TemplateFault[] {
  const parsed = parse(text);
  if ('fault' in parsed) return [parsed.fault];
  const faults = [];
  for (const steps of variablesOf(parsed.templates)) {
    const fault = checkVariable(steps, scope);
    if (fault) faults.push(fault);
    if (faults.length >= MAX_FAULTS) break;
  }
  return faults;
}

/** The value paths in a Liquid text, as far as they are known without rendering it. */
export function pathsInTemplate(text: string): Path[] {
  const parsed = parse(text);
  if ('fault' in parsed) return [];
  const paths = variablesOf(parsed.templates).map((steps) => pathOfVariable(steps));
  return paths.filter((path): path is Path => path !== null && !('problem' in path));
}

function parse(text: string): { templates: Template[] } | { fault: TemplateFault } {
  if (countTags(text) > MAX_TAGS)
    return {
      fault: { message: `the text has more than ${MAX_TAGS} of {{ }} and {% %}`, hint: 'Make it shorter.' },
    };
  try {
    return { templates: liquid.parse(text) };
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n')[0]! : '';
    return { fault: explain(message.replace(/, line:\d+, col:\d+$/, '')) };
  }
}

function countTags(text: string): number {
  return text.match(/\{[{%]/g)?.length ?? 0;
}

function explain(message: string): TemplateFault {
  const filter = /^undefined filter: (\S+)/.exec(message)?.[1];
  if (filter !== undefined) {
    const hint = () => {
      const near = nearest(filter, Object.keys(liquid.filters));
      return near ? `Did you mean "${near}"?` : 'See the list of filters at https://liquidjs.com/filters/.';
    };
    return { message: `Liquid has no filter "${filter}"`, hint };
  }
  const tag = /^tag "(\w+)" not found/.exec(message)?.[1];
  if (tag !== undefined) {
    const near = nearest(tag, Object.keys(liquid.tags));
    return {
      message: `Liquid has no tag "${tag}" here`,
      ...(near ? { hint: `Did you mean "${near}"?` } : {}),
    };
  }
  return {
    message: `this is not valid Liquid: ${message}`,
    hint: 'Look at the {{ }} and {% %} of the text.',
  };
}

/** The steps of every variable, except variables with a dynamic step: `deal.field[name]`. */
function variablesOf(templates: Template[]): string[][] {
  const variables = liquid.globalVariableSegmentsSync(templates, { partials: false });
  return variables.filter((steps) => !steps.some(Array.isArray)).map((steps) => steps.map(String));
}

function checkVariable(steps: string[], scope: TextScope): TemplateFault | null {
  const root = steps[0] ?? '';
  const own = SCOPE_NAMES[scope];
  if (own.includes(root)) return null;
  if ((REPORT_VALUES as readonly string[]).includes(root)) {
    return { message: `"${root}" exists only in reactions`, hint: 'Only a report of Customer.io brings it.' };
  }
  const path = pathOfVariable(steps);
  if (path === null || !('problem' in path)) return null;
  if (!path.unknownRoot) return { message: path.problem, ...withHint(path.hint) };
  const hint = () => {
    const near = nearest(root, own) ?? nearest(steps.join('.'), [...own, ...KNOWN_PATHS.filter(isOfDeal)]);
    return near ? `Did you mean "${near}"?` : `There are deal, contact, company${list(own)}.`;
  };
  return { message: `the text uses "${steps.join('.')}", which does not exist here`, hint };
}

const isOfDeal = (path: string) => path.includes('.');
const list = (names: readonly string[]) => names.map((name) => `, ${name}`).join('');
const withHint = (hint?: string) => (hint ? { hint } : {});
