import type { RuleHelp } from '../../../api/types.ts';
import { ruleTexts } from '../../../texts.ts';
import type { Choices, TextKind } from './context.ts';
import type { Choice } from './fields/values.ts';

/** The server's help, as the inputs offer it. */
export function choicesOf({ paths, reports, fields, names }: RuleHelp): Choices {
  const choice = ({ path, label }: RuleHelp['paths'][number]): Choice => ({ value: path, label });
  const everywhere = paths.filter(({ scope }) => scope === 'everywhere').map(choice);
  const inText = (kind: TextKind, known: Choice[]): Choice[] =>
    // A list takes each value once.
    unique([
      ...names[kind].map((name) => ({ value: name, label: ruleTexts.liquid.names[name] ?? '' })),
      ...known,
    ]);
  return {
    paths: everywhere,
    texts: {
      stage_note: inText('stage_note', everywhere),
      reaction: inText('reaction', paths.map(choice)),
      inactivity: inText('inactivity', everywhere),
    },
    reports: reports.map((value) => ({ value, label: '' })),
    fields: fields.map((value) => ({ value, label: '' })),
  };
}

function unique(choices: Choice[]): Choice[] {
  return choices.filter(
    ({ value }, index) => choices.findIndex((choice) => choice.value === value) === index,
  );
}
