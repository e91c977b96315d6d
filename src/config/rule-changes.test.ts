import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../languages/languages.ts';
import { loadRules } from './load-rules.ts';
import { ruleChanges } from './rule-changes.ts';

function rulesOf(text: string) {
  const loaded = loadRules(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.rules;
}

const BEFORE = `
stages: [{ pipeline: Sales, stage: Won, event: won, once: deal }]
reactions: { email_opened: { note: Hi, tags: { add: [hot] } } }
inactivity: [{ start: won, after: 5d, unless: email_opened, event: silent }]
bulk_guard: { deals: 50, within: 1h }
`;
const AFTER = `
person: { contacts: all }
stages: [{ pipeline: Sales, stage: Won, event: won, delay: 1h, quiet_hours: 21:00-08:00, if: { value: contact.field.Plan, one_of: [Pro, Team] } }]
reactions: { email_opened: { note: Hi, repeat: every } }
inactivity: [{ start: won, after: 1d, unless: email_opened, event: silent, stop_when: [won] }]
bulk_guard: off
`;

describe.each([
  [
    'es' as const,
    [
      'Los contactos que reciben correo son ahora todos los contactos del lead (antes: solo el contacto principal del lead).',
      'Sales / Won: condición: ahora Plan del contacto es Pro o Team (antes: ninguna).',
      'Sales / Won: el evento se envía ahora 1 hora después (antes: de inmediato).',
      'Sales / Won: el evento se envía ahora cada vez que un lead entra en la etapa (antes: una vez por lead).',
      'email_opened: ya no añade la etiqueta "hot".',
      'Inactividad tras "won": el plazo del temporizador es ahora 24 horas (antes: 5 días).',
      'Retención de eventos: ahora ninguna (antes: con más de 50 leads en 1 hora).',
    ],
  ],
  [
    'pt' as const,
    [
      'Os contatos que recebem e-mail são agora todos os contatos do lead (antes: só o contato principal do lead).',
      'Sales / Won: condição: agora Plan do contato é Pro ou Team (antes: nenhuma).',
      'Sales / Won: o evento sai agora 1 hora depois (antes: imediatamente).',
      'email_opened: não adiciona a tag "hot" mais.',
      'Inatividade após "won": outros motivos que param o timer: agora lead ganho, lead excluído (antes: lead excluído).',
    ],
  ],
])('what changes, in %s', (language, sentences) => {
  const changes = ruleChanges(rulesOf(BEFORE), rulesOf(AFTER), LANGUAGES[language]);

  it.each(sentences)('%s', (sentence) => expect(changes).toContain(sentence));

  it('is as many sentences as in English', () => {
    expect(changes).toHaveLength(ruleChanges(rulesOf(BEFORE), rulesOf(AFTER)).length);
  });
});
