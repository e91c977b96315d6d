import { expect, it } from 'vitest';
import { refusalCode } from './refusal-code.ts';

it.each([
  ['The value you selected is not a valid choice. (custom_fields_values.0.field_id)', 'field_missing'],
  ['The value you selected is not a valid choice. (responsible_user_id)', 'assignee_unavailable'],
  ['This value should not be blank. (_embedded.tags_to_add.0.name)', 'tag_refused'],
  ['NotSupportedChoice (custom_fields_values.0.values.0.value)', 'choice_unknown'],
  ['Lead not found', 'deal_not_found'],
  ['This value is too long. It should have 256 characters or less. (params.text)', 'text_too_long'],
  ['This value should not be blank. (params.text)', 'text_empty'],
  ['I am a teapot.', null],
])('Kommo’s "%s" means %s', (text, code) => {
  expect(refusalCode(text)).toBe(code);
});
