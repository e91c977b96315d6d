import { expect, it } from 'vitest';
import { RefusalEvidence } from './refusal-evidence.ts';

const SAYS_NOTHING = 'Kommo refused adding notes (400).';

/** A note that was refused so many times, one second apart. */
function refusedNote(evidence: RefusalEvidence, times: number): void {
  for (let n = 0; n < times; n++) evidence.refused(1, 1_000 * (n + 1));
}

it('a note that is refused while other notes are accepted is at fault', () => {
  const evidence = new RefusalEvidence();
  refusedNote(evidence, 3);
  evidence.accepted('addNotes', 5_000);
  expect(evidence.verdict(1, 'addNotes', SAYS_NOTHING, true)).toBe('item');
});

it.each([SAYS_NOTHING, 'Error code 244. If the error persists, contact our support team'])(
  'a note that is refused while only changes of deals are accepted may be tried again: %s',
  (text) => {
    const evidence = new RefusalEvidence();
    refusedNote(evidence, 10);
    evidence.accepted('updateDeals', 5_000);
    expect(evidence.verdict(1, 'addNotes', text, true)).toBe('unsure');
  },
);

it.each([
  'Error code 244. If the error persists, contact our support team',
  'Código de error 244. Si el error persiste, póngase en contacto con nuestro soporte técnico',
  'Código de erro: 244',
  'Код ошибки 244. Обратитесь в нашу техническую поддержку',
  'Hata kodu 244',
  'Kode kesalahan 244',
  'El plazo de pago ha vencido',
  'O período de pagamento terminou',
  'Ваш аккаунт заблокирован',
  'Ведутся технические работы',
  'The account has been suspended',
])('what Kommo says of the account holds the lane in every language: %s', (text) => {
  const evidence = new RefusalEvidence();
  refusedNote(evidence, 1);
  expect(evidence.verdict(1, 'addNotes', text, true)).toBe('account');
});

it('what says nothing holds the lane where Kommo cannot be read either', () => {
  const evidence = new RefusalEvidence();
  refusedNote(evidence, 1);
  expect(evidence.verdict(1, 'addNotes', SAYS_NOTHING, false)).toBe('account');
  expect(evidence.verdict(1, 'addNotes', SAYS_NOTHING, true)).toBe('unsure');
});
