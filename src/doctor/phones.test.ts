import { expect, it } from 'vitest';
import { checkPhones } from './phones.ts';

const check = (phone: string | undefined, ...reactions: string[]) =>
  checkPhones({
    person: {
      identifyBy: 'email',
      contacts: 'main',
      deal: 'last_changed',
      attributes: phone === undefined ? {} : { phone },
    },
    reactions: reactions.map((name) => ({ name })),
  } as never).map(({ status }) => status);

it.each([
  [undefined, 'sms_clicked', []],
  ['contact.phone_e164', 'sms_clicked', ['ok']],
  ['{{ contact.field.Mobile | e164 }}', 'sms_clicked', ['ok']],
  ['contact.phone', 'email_opened', ['ok']],
  ['contact.phone', 'sms_clicked', ['warning']],
  ['contact.field.PHONE', 'whatsapp_delivered', ['warning']],
])('the attribute phone from %s with a reaction to %s', (source, reaction, statuses) => {
  expect(check(source, reaction)).toEqual(statuses);
});
