import { describe, expect, it } from 'vitest';
import { freeName, nameOfAddress, nameProblem } from './name.ts';

describe('the name of a connection', () => {
  it.each([
    ['https://acme.kommo.com/leads/pipeline/1', 'acme'],
    ['acme.kommo.com', 'acme'],
    ['  ACME  ', 'acme'],
    ['https://www.acme.amocrm.com', 'acme'],
    ['http://127.0.0.1:4000', '127'],
    ['https://Über GmbH.kommo.com', 'ber-gmbh'],
    ['https://', ''],
    ['', ''],
  ])('of %j is %j', (address, name) => {
    expect(nameOfAddress(address)).toBe(name);
  });

  it('gets a number where it is taken', () => {
    expect(freeName('acme', ['acme', 'acme-2'])).toBe('acme-3');
    expect(freeName('acme', [])).toBe('acme');
    expect(freeName('', [''])).toBe('');
  });

  it('is refused in words when it is empty, misspelt or taken', () => {
    expect(nameProblem('', [])).toMatch(/Enter a name/);
    expect(nameProblem('Ac me', [])).toMatch(/small letters/);
    expect(nameProblem('acme', ['acme'])).toMatch(/Choose another/);
    expect(nameProblem('acme-2', ['acme'])).toBeNull();
  });
});
