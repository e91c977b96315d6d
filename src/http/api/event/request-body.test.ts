import { describe, expect, it } from 'vitest';
import { maskedHeaders, readableBody } from './request-body.ts';

const read = (text: string, type = '') => readableBody(Buffer.from(text), { 'content-type': type });

describe('a stored body', () => {
  it('that is a form shows as its fields', () => {
    expect(
      read('leads%5Bstatus%5D%5B0%5D%5Bid%5D=5&account[id]=1', 'application/x-www-form-urlencoded'),
    ).toEqual({
      'leads[status][0][id]': '5',
      'account[id]': '1',
    });
  });

  it('that is JSON shows as it is', () => {
    expect(read('{"metric":"opened","data":{"customer_id":"5"}}')).toEqual({
      metric: 'opened',
      data: { customer_id: '5' },
    });
  });

  it.each(['no form and no JSON', '{ broken', ''])('of other text (%j) shows as text', (text) => {
    expect(read(text)).toBe(text);
  });

  it('that is no text says so', () => {
    expect(readableBody(Buffer.from([0xff, 0xfe, 0x00]), {})).toBe('(3 bytes that are not text)');
  });

  it('that was removed is null', () => {
    expect(readableBody(null, {})).toBeNull();
  });

  it.each([
    [
      '{"access_token":"hush","data":{"api_key":"hush","password":"hush","list":[{"Signature":"hush"}]}}',
      'application/json',
    ],
    ['user[api_token]=hush&secret=hush', 'application/x-www-form-urlencoded'],
  ])('shows nothing that is called a secret: %s', (text, type) => {
    expect(JSON.stringify(read(text, type))).not.toContain('hush');
  });

  it('with a key such as __proto__ is only data', () => {
    const body = read('{"__proto__":{"admin":true}}') as object;
    expect(Object.keys(body)).toEqual(['__proto__']);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

it('headers show without those that prove who sends', () => {
  expect(
    maskedHeaders({ authorization: 'Bearer x', 'x-cio-signature': 'abc', 'user-agent': 'amoCRM' }),
  ).toEqual({
    authorization: '(not shown)',
    'x-cio-signature': '(not shown)',
    'user-agent': 'amoCRM',
  });
});
