import { describe, expect, it, test } from 'vitest';
import { checkFields, newFieldFor } from '../../src/doctor/fields.ts';
import type { FieldDefinition } from '../../src/domain/entities.ts';
import type { KommoClient } from '../../src/kommo/index.ts';
import { catalog, connection, fails, kommoWith, status } from '../support/doctor.ts';

describe('fields that reactions set', () => {
  const check = (dealFields: FieldDefinition[], fix = false, kommo: Partial<KommoClient> = {}) =>
    checkFields({ kommo: kommoWith(kommo), connection, dealFields, fix });

  it('are fine as a text field', async () => {
    expect(await check([status('text', null)])).toMatchObject([{ status: 'ok' }]);
  });

  it('lack an option: the warning names it', async () => {
    const [verdict] = await check([status('select', ['bounced'])]);
    expect(verdict).toMatchObject({ status: 'warning' });
    expect(verdict!.message).toContain('has no option "unsubscribed"');
  });

  it('cannot hold a text in a number field', async () => {
    expect(await check([status('numeric', null)])).toMatchObject([{ status: 'warning' }]);
  });

  it('are missing: nothing is created without --fix', async () => {
    let calls = 0;
    const createDealField = async () => {
      calls += 1;
      return status('select', []);
    };
    expect(await check([], false, { createDealField })).toMatchObject([
      { status: 'warning', fix: { does: expect.stringContaining('creates the list field') } },
    ]);
    expect(calls).toBe(0);
  });

  it('are created with --fix, as a list with every value', async () => {
    const made: unknown[] = [];
    const [verdict] = await check([], true, {
      createDealField: async (field) => {
        made.push(field);
        return status('select', []);
      },
    });
    const options = ['unsubscribed', 'bounced', 'subscribed', 'spam'];
    expect(made).toEqual([{ name: 'email_status', type: 'select', options }]);
    expect(verdict).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('Created the list field'),
    });
  });

  test.each([
    ['is there', [status('select', ['bounced'])], 'ok'],
    ['is not there', [], 'failure'],
  ])('whose creation was not answered are looked up, once: the field %s', async (_name, fields, expected) => {
    let calls = 0;
    const [verdict] = await check([], true, {
      createDealField: () => {
        calls += 1;
        return fails('unknown', 504)();
      },
      catalog: async () => catalog(fields),
    });
    expect(verdict).toMatchObject({ status: expected });
    expect(calls).toBe(1);
  });

  it('become text fields where a template writes into them', () => {
    const field = { name: 'Last click', values: ['none'], hasTemplates: true };
    expect(newFieldFor(field)).toEqual({ name: 'Last click', type: 'text' });
  });
});
