import { describe, expect, it } from 'vitest';
import { passwordProblem } from './password-strength.ts';

describe('no password is', () => {
  it.each([
    ['one character', 'aaaaaaaaaa'],
    ['two characters', 'abababababab'],
    ['a repeated part', 'hk3xhk3xhk3x'],
    ['a repeated word', 'passwordpassword'],
    ['a sequence of digits', '1234567890'],
    ['a sequence backwards', '9876543210'],
    ['the alphabet', 'abcdefghij'],
    ['a row of keys', 'qwertyuiop'],
    ['rows of keys', 'asdfghjkl;123'],
    ['a common word with digits', 'password123'],
    ['a common word with a year', 'Welcome2026!'],
    ['a common word in look-alikes', 'P@$$w0rd99'],
    ['two common words', 'adminpassword'],
    ['a season with a year', 'Summer2026!!'],
    ['a sentence of one common word', 'I love you!!!'],
    ['the name of the product', 'stagepost2026'],
    ['the name of the user', 'annabelle1'],
    ['the name of the user twice', 'Annabelle.Annabelle'],
  ])('%s: %s', (_what, password) => {
    expect(passwordProblem(password, 'Annabelle')).toMatch(/\S/);
  });
});

describe('a password may be', () => {
  it.each([
    'correct horse battery',
    'another long one',
    'tr0ub4dor&3xy',
    'vK9#mQ2$xL7p',
    'the cat sat on my keyboard',
    'сложный пароль для входа',
    '安全なパスワードをえらぶ',
    "ann's password is a long sentence",
  ])('%s', (password) => {
    expect(passwordProblem(password, 'Ann')).toBeNull();
  });
});

it('the longest password takes no second of the processor', () => {
  const started = process.cpuUsage();
  for (const part of ['a', 'pass', 'ab', '1!aZ']) passwordProblem(part.repeat(200).slice(0, 200), 'Ann');
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(1_000);
});
