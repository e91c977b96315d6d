import type { AccountField, Guess } from './account-schemas.ts';

/** An attribute that a field may hold, and the names by which it is recognised in English, Spanish and Portuguese. */
interface Target {
  attribute: string;
  names: readonly string[];
  /** Kommo's codes of predefined fields. */
  codes?: readonly string[];
  types: readonly string[];
}

const LISTS = ['select', 'radiobutton', 'multiselect', 'category'];
const TEXTS = ['text', ...LISTS];

const TARGETS: readonly Target[] = [
  {
    attribute: 'plan',
    names: [
      ...['plan', 'tariff', 'package', 'product', 'subscription', 'tier', 'edition', 'license'],
      ...['tarifa', 'paquete', 'producto', 'suscripcion', 'licencia', 'servicio'],
      ...['plano', 'pacote', 'produto', 'assinatura', 'licenca', 'servico'],
    ],
    types: TEXTS,
  },
  {
    attribute: 'segment',
    names: [
      ...['segment', 'industry', 'sector', 'client type', 'customer type', 'vertical', 'category'],
      ...['segmento', 'industria', 'rubro', 'giro', 'tipo de cliente', 'categoria'],
      ...['setor', 'ramo', 'nicho'],
    ],
    types: TEXTS,
  },
  {
    attribute: 'lead_source',
    names: ['source', 'lead source', 'channel', 'origen', 'fuente', 'canal', 'origem', 'fonte'],
    types: TEXTS,
  },
  {
    attribute: 'position',
    names: ['position', 'job title', 'cargo', 'puesto'],
    codes: ['POSITION'],
    types: TEXTS,
  },
  { attribute: 'language', names: ['language', 'idioma', 'lingua'], types: TEXTS },
  { attribute: 'country', names: ['country', 'pais'], types: TEXTS },
  { attribute: 'city', names: ['city', 'ciudad', 'cidade'], types: TEXTS },
  {
    attribute: 'website',
    names: ['website', 'web', 'web site', 'sitio web', 'pagina web', 'site'],
    codes: ['WEB'],
    types: ['url', 'text'],
  },
];

/** What is on every deal, contact and company. */
const BUILT_IN: readonly Guess[] = [
  { attribute: 'first_name', source: 'contact.first_name', why: 'The first name of the contact' },
  { attribute: 'name', source: 'contact.name', why: 'The name of the contact' },
  { attribute: 'phone', source: 'contact.phone', why: 'The phone number of the contact' },
  { attribute: 'company', source: 'company.name', why: 'The name of the company' },
  { attribute: 'deal_amount', source: 'deal.price', why: 'The amount of the deal' },
  {
    attribute: 'account_manager',
    source: 'deal.responsible_user.name',
    why: 'Who is responsible for the deal',
  },
  { attribute: 'kommo_deal_id', source: 'deal.id', why: 'By it Stagepost finds the deal of a client again' },
];

/** A company name in a field of the contact or deal, for accounts that do not use companies. */
const COMPANY: Target = {
  attribute: 'company',
  names: [
    'company',
    'company name',
    'empresa',
    'compania',
    'organization',
    'organisation',
    'organizacion',
    'organizacao',
  ],
  types: ['text'],
};

/**
 * Which attribute each field most likely is. A field is used once, and only where its name or code says what it is: a wrong
 * guess would be worse than none.
 */
export function guessAttributes(fields: readonly AccountField[]): Guess[] {
  const custom = fields.filter(({ type }) => type !== 'builtin');
  const used = new Set<string>();
  const found = TARGETS.flatMap((target) => {
    const guess = bestOf(
      target,
      custom.filter(({ source }) => !used.has(source)),
    );
    if (guess === null) return [];
    used.add(guess.source);
    return [guess];
  });
  return [...BUILT_IN.map((guess) => companyGuess(guess, fields)), ...found];
}

/** The company's own name, unless the sample deal has no company and a field names one. */
function companyGuess(guess: Guess, fields: readonly AccountField[]): Guess {
  if (guess.attribute !== 'company') return guess;
  const own = fields.find(({ source }) => source === guess.source);
  if (own?.value != null) return guess;
  const others = fields.filter(({ type, value }) => type !== 'builtin' && value !== null);
  return bestOf(COMPANY, others) ?? guess;
}

function bestOf(target: Target, fields: readonly AccountField[]): Guess | null {
  const scored = fields
    .map((field) => ({ field, score: scoreOf(target, field) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const best = scored[0]?.field;
  if (!best) return null;
  return {
    attribute: target.attribute,
    source: best.source,
    why: `The field is called “${best.name.trim()}”`,
  };
}

/** A field of the deal comes first: it says what this deal is about. */
const OWNER_SCORE = { deal: 3, company: 2, contact: 1 };

/** 0: it is not this attribute. */
function scoreOf({ names, codes = [], types }: Target, field: AccountField): number {
  if (!types.includes(field.type)) return 0;
  const match = nameScore(plainName(field.name), names, field.code !== null && codes.includes(field.code));
  if (match === 0) return 0;
  return (
    match * 100 +
    (LISTS.includes(field.type) ? 20 : 0) +
    (field.value === null ? 0 : 10) +
    OWNER_SCORE[field.of]
  );
}

/** 3: exactly one of the names. 2: it begins or ends with one. */
function nameScore(name: string, names: readonly string[], hasCode: boolean): number {
  if (hasCode || names.includes(name)) return 3;
  return names.some((known) => name.startsWith(`${known} `) || name.endsWith(` ${known}`)) ? 2 : 0;
}

/** Without accents, signs, emoji and plural: "📦 Plán(es)" is "plan es", "Planes" is "plan". */
function plainName(name: string): string {
  const words = name
    .slice(0, 200)
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return SINGULAR[words] ?? words;
}

const SINGULAR: Record<string, string> = {
  plans: 'plan',
  planes: 'plan',
  planos: 'plano',
  products: 'product',
  productos: 'producto',
  produtos: 'produto',
  segments: 'segment',
  segmentos: 'segmento',
};
