import { Fragment } from 'react';
import type { EventEmail } from '../../api/types.ts';
import { clockTime } from '../../languages/locale.ts';
import { exact } from '../../parts/when.ts';
import { texts } from '../../texts.ts';
import classes from './Emails.module.css';

const labels = texts.subject;

interface EmailsProps {
  emails: EventEmail[];
  /** Why there is none; null where that is not known. */
  why?: string | null;
  /** Whether they stand under a row of the table of events. */
  isUnderRow?: boolean;
}

/** The emails of a stage change, each with what has become of it. */
export function Emails({ emails, why = null, isUnderRow = false }: EmailsProps) {
  if (emails.length === 0 && why === null) return null;
  return (
    <ul className={classes.emails} data-under-row={isUnderRow || undefined} aria-label={labels.emails}>
      {emails.map((email) => (
        <li key={`${email.subject} ${email.recipient} ${email.steps[0]?.at}`}>
          <Email email={email} />
        </li>
      ))}
      {emails.length === 0 ? <li className={classes.quiet}>{why}</li> : null}
    </ul>
  );
}

function Email({ email: { subject, recipient, sender, steps, isCertain } }: { email: EventEmail }) {
  return (
    <>
      <span className={classes.subject}>{labels.email(subject)}</span>{' '}
      {sender === null ? null : <span className={classes.quiet}>({sender}) </span>}
      {recipient === null ? null : <span className={classes.quiet}>{labels.emailTo(recipient)}: </span>}
      {steps.map(({ text, at, tone }, index) => (
        <Fragment key={text}>
          {index === 0 ? null : ', '}
          <span className={classes.step} data-tone={tone} title={exact(at)}>
            {text}
            {index === 0 ? ` ${clockTime(at)}` : ''}
          </span>
        </Fragment>
      ))}
      {isCertain ? null : (
        <span className={classes.mark} title={labels.probablyHint}>
          {labels.probably}
        </span>
      )}
    </>
  );
}
