import { z } from 'zod';
import { customerioKind, unixSeconds } from './kind.ts';

const payload = z.object({
  kind: z.literal('change_email'),
  /** The identifier that the person has from now on. */
  person: z.string(),
  /** Customer.io's own id of the profile; null where no report has named it. */
  cioId: z.string().nullable(),
  /** The email that the profile has. */
  from: z.string(),
  /** The email that it gets; empty: none. */
  to: z.string(),
  timestamp: unixSeconds,
});

/** Changes the email of a profile. Customer.io docs: an email that is set can be changed by the `cio_id` only. */
export const changeEmail = customerioKind({
  kind: 'change_email',
  payload,
  metric: 'emails_changed',
  describe: ({ person, from, to }, words) =>
    to === ''
      ? words.removeEmail(from, person)
      : from === to
        ? words.setEmailAgain(to, person)
        : words.changeEmail(from, to),
  call: 'changeEmail',
  item: ({ person, cioId, to, timestamp }) => ({ person, cioId, to, timestamp }),
});
