import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance, nearest } from '../../lib/nearest.ts';
import { formatPath, KNOWN_PATHS, parsePath, pathOfVariable } from './paths.ts';

describe('parsePath', () => {
  test('knows every path of a deal, its manager, contact, company and report', () => {
    const unread = KNOWN_PATHS.filter((text) => 'problem' in parsePath(text));
    expect(unread).toEqual([]);
    expect(KNOWN_PATHS).toHaveLength(33);
  });

  test.each([
    ['deal.price', { kind: 'attribute', of: 'deal', name: 'price' }],
    ['deal.responsible_user.email', { kind: 'attribute', of: 'responsible_user', name: 'email' }],
    [' contact.phone ', { kind: 'attribute', of: 'contact', name: 'phone' }],
    ['subject', { kind: 'report', name: 'subject' }],
    ['deal.field.Plan', { kind: 'field', of: 'deal', field: 'Plan' }],
    ['deal.field.700100', { kind: 'field', of: 'deal', field: '700100' }],
    ['contact.field.PHONE', { kind: 'field', of: 'contact', field: 'PHONE' }],
    ['company.field.No. of seats', { kind: 'field', of: 'company', field: 'No. of seats' }],
    ['deal.field["Client type"]', { kind: 'field', of: 'deal', field: 'Client type' }],
  ])('%s', (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });

  test.each([
    '',
    'deal',
    'deal.',
    'deal.price.x',
    'Deal.price',
    'deal.field',
    'deal.field. ',
    'deal.responsible_user',
    'contact.responsible_user.name',
    'user.name',
    'deal.constructor',
    'constructor',
    'subject.x',
  ])('%s is no path', (text) => {
    expect(parsePath(text)).toHaveProperty('problem');
  });

  test('reads what formatPath writes, and never throws', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ minLength: 1 }).map((name) => `deal.field.${name}`),
    );
    fc.assert(
      fc.property(text, (written) => {
        const path = parsePath(written);
        if (!('problem' in path)) expect(parsePath(formatPath(path))).toEqual(path);
      }),
    );
  });
});

describe('pathOfVariable', () => {
  test('reads the value that the steps start with', () => {
    expect(pathOfVariable(['deal', 'tags', 'size'])).toEqual({ kind: 'attribute', of: 'deal', name: 'tags' });
    expect(pathOfVariable(['deal', 'field', 'Trailing ', '0'])).toMatchObject({ field: 'Trailing ' });
    expect(pathOfVariable(['subject', 'size'])).toEqual({ kind: 'report', name: 'subject' });
  });

  test('lets a condition ask for a whole', () => {
    expect(pathOfVariable(['contact'])).toBeNull();
    expect(pathOfVariable(['deal', 'responsible_user'])).toBeNull();
  });

  test('refuses what does not exist', () => {
    expect(pathOfVariable(['deal', 'prise', 'size'])).toHaveProperty('problem');
    expect(pathOfVariable(['x'])).toMatchObject({ unknownRoot: true });
  });
});

describe('nearest', () => {
  test.each([
    ['evnt', 'event'],
    ['EVENT', 'event'],
    ['evetn', 'event'],
    ['pipline', 'pipeline'],
    ['xyz', null],
    ['', null],
  ])('%s → %s', (word, found) => {
    expect(nearest(word, ['pipeline', 'stage', 'event', 'data', 'note'])).toBe(found);
  });

  test('the distance is a distance: none to itself, the same both ways, at most the longer word', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
