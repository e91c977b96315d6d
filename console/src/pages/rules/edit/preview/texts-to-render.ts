import type { TextToRender } from '../../../../api/types.ts';
import type { RulesForm } from '../form.ts';
import { anchorOf, type Path } from '../problems.ts';

/** The server takes no more at once. */
const MOST = 100;

/**
 * The texts of the form that can be seen: those of unfolded rules, and the attributes. Each is named by the anchor of its input.
 * @param open anchors of the unfolded rules
 */
export function textsToRender(form: RulesForm, open: ReadonlySet<string>): TextToRender[] {
  const isOpen = (path: Path) => open.has(anchorOf(path));
  const stages = form.stages.flatMap(({ event, data, note }, index) => {
    const path = ['stages', index];
    if (!isOpen(path)) return [];
    return [
      ...valuesOf([...path, 'data'], data, event),
      { key: anchorOf([...path, 'note']), kind: 'stage_note' as const, source: note, event },
    ];
  });
  const reactions = form.reactions.flatMap(({ name, note, task, field }) => {
    const path = ['reactions', name];
    if (!isOpen(path)) return [];
    const text = (at: Path, source: string): TextToRender => ({
      ...{ key: anchorOf([...path, ...at]), kind: 'reaction', source, report: name },
    });
    return [
      text(['note'], note),
      text(['task', 'text'], task?.text ?? ''),
      ...field.map((row) => text(['field', row.name.trim()], row.value)),
    ];
  });
  const timers = form.inactivity.flatMap(({ event, task }, index) => {
    const path = ['inactivity', index];
    if (!isOpen(path)) return [];
    const key = anchorOf([...path, 'task', 'text']);
    return [{ key, kind: 'inactivity' as const, source: task?.text ?? '', event }];
  });
  const attributes = valuesOf(['person', 'attributes'], form.person.attributes);
  return [...stages, ...reactions, ...timers, ...attributes].filter(saysSomething).slice(0, MOST);
}

function valuesOf(path: Path, rows: RulesForm['stages'][number]['data'], event?: string): TextToRender[] {
  return rows.map(({ name, value }) => ({
    ...{ key: anchorOf([...path, name.trim()]), kind: 'value', source: value },
    ...(event === undefined ? {} : { event }),
  }));
}

/** A stage without a note gets the usual one. */
function saysSomething({ kind, source }: TextToRender): boolean {
  return kind === 'stage_note' || source.trim() !== '';
}
