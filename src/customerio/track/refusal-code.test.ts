import { expect, it } from 'vitest';
import { refusalCode } from './refusal-code.ts';

it.each([
  [400, 'email: is not valid', 'identifier_refused'],
  [400, 'identifiers must have one of id, email or cio_id', 'identifier_refused'],
  [413, 'Payload Too Large', 'payload_too_large'],
  [400, 'attribute value is too large', 'payload_too_large'],
  [400, 'name: is reserved', null],
])('Customer.io’s %d "%s" means %s', (status, text, code) => {
  expect(refusalCode(status, text)).toBe(code);
});
