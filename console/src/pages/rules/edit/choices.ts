import type { RuleHelp } from '../../../api/types.ts';
import { ruleTexts } from '../../../texts-rules.ts';
import type { Choices, TextKind } from './context.ts';
import type { Choice } from './fields/values.ts';

/** The server's help, as the inputs offer it. */
export function choicesOf({ paths, reports, fields, names }: RuleHelp): Choices {
  const choice = ({ path, label }: RuleHelp['paths'][number]): Choice => ({ value: path, label });
  const everywhere = paths.filter(({ scope }) => scope === 'everywhere').map(choice);
  const inText = (kind: TextKind, known: Choice[]): Choice[] => [
    ...names[kind].map((name) => ({ value: name, label: ruleTexts.liquid.names[name] ?? '' })),
    ...known.filter(({ value }) => !names[kind].includes(value)),
  ];
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
