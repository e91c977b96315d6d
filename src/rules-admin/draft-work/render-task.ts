import type { Catalog, Json, UnixSeconds } from '../../domain/entities.ts';
import { type ClientState, clientScope } from '../../domain/plan/client-state.ts';
import { DEFAULT_NOTE } from '../../domain/plan/plan-move.ts';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import { EXAMPLE_PREFERENCES_URL, exampleReport } from '../../domain/rules/example-report.ts';
import { type Scope, TemplateError, TextRenderer } from '../../domain/rules/render-text.ts';
import { dealScope, evaluate } from '../../domain/rules/values.ts';
import type { RenderedText, TextToRender } from '../render-schemas.ts';

export interface RenderInput {
  texts: TextToRender[];
  deal: DealContext;
  catalog: Pick<Catalog, 'pipelines' | 'account'>;
  /** The values of the newest report of each name; examples stand for the others. */
  reports: Record<string, Record<string, Json>>;
  now: UnixSeconds;
}

const MAX_SHOWN = 2_000;
/** Whether the client can get email is known when the rule runs. */
const MAILABLE: ClientState = { state: 'mailable', since: null, isMailable: true, reason: '', sentence: '' };

/** Each text as it comes out for the deal. Every text has the budget of an event of its own. */
export function renderTexts({ texts, ...input }: RenderInput): RenderedText[] {
  const base = scopeOf(input);
  return texts.map((text) => {
    try {
      const value = shown(resultOf(text, { ...base, ...scopeOfKind(text, input) }));
      return { key: text.key, text: value, problem: null };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return { key: text.key, text: null, problem: error.message };
    }
  });
}

function scopeOf({
  deal: { deal, contacts, company, responsibleUser },
  catalog,
}: Omit<RenderInput, 'texts'>): Scope {
  const { pipelines, account } = catalog;
  if (!deal) return {};
  const contact = contacts[0] ?? null;
  return dealScope({ deal, contact, company, responsibleUser, account: { ...account, pipelines } });
}

function scopeOfKind(
  { kind, event = '', report = '' }: TextToRender,
  input: Omit<RenderInput, 'texts'>,
): Scope {
  const email = input.deal.contacts[0]?.emails[0] ?? '';
  switch (kind) {
    case 'value':
      return { event };
    case 'stage_note':
      return { event, person: email, ...clientScope(MAILABLE) };
    case 'inactivity':
      return { event, ...clientScope(MAILABLE) };
    case 'reaction': {
      const values = input.reports[report] ?? exampleReport(report, email, input.now);
      return { ...values, preferences_url: EXAMPLE_PREFERENCES_URL };
    }
  }
}

function resultOf({ kind, source }: TextToRender, scope: Scope): Json {
  const texts = new TextRenderer();
  if (kind === 'value') return evaluate(literalIn(source) ?? source, scope, texts, 'This value');
  const text = kind === 'stage_note' && source.trim() === '' ? DEFAULT_NOTE : source;
  return texts.renderForKommo(text, scope, 'This text').trim();
}

/** A number, true or false as YAML writes them; null for any other text. */
function literalIn(source: string): number | boolean | null {
  const text = source.trim();
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

/** A text as it is, anything else as JSON. */
function shown(value: Json): string | null {
  if (value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
