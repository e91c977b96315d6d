import { ActionIcon, Anchor, Group, Menu, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { Ago } from '../../parts/Ago.tsx';
import { boardTexts as labels } from '../../texts.ts';
import classes from './Mailbox.module.css';
import type { BoardAction, BoardMail, BoardMailbox, MailAction } from './types.ts';

/** What a client rarely does. */
const MORE: MailAction[] = ['machine_open', 'convert', 'spam', 'bounce'];

interface MailboxProps {
  mailbox: BoardMailbox;
  onDo(doing: BoardAction): void;
}

/** A mailbox: a click on a subject opens the email, as in any mail program. */
export function Mailbox({ mailbox: { email, mails }, onDo }: MailboxProps) {
  return (
    <Stack className="card" p="md" gap="sm" component="section" aria-label={labels.mailbox(email ?? '')}>
      <Title order={2} className="wrap">
        {labels.mailbox(email ?? '')}
      </Title>
      {mails.length === 0 ? <Text size="sm">{labels.noMails}</Text> : null}
      {mails.map((mail) =>
        mail.state === 'sent' ? (
          <Mail key={mail.delivery} mail={mail} onDo={onDo} />
        ) : (
          <Unsent key={mail.delivery} mail={mail} />
        ),
      )}
    </Stack>
  );
}

function Mail({ mail, onDo }: { mail: BoardMail; onDo(doing: BoardAction): void }) {
  const { delivery, subject, at, marks } = mail;
  const [isShown, setShown] = useState(false);
  const isRead = marks.includes('opened');
  const act = (action: MailAction) => onDo({ what: 'mail', delivery, act: action });
  return (
    <article className={classes.mail} aria-label={subject ?? ''}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <UnstyledButton
          className={classes.subject}
          aria-expanded={isShown}
          onClick={() => {
            if (!isShown && !isRead) act('open');
            setShown(!isShown);
          }}
        >
          <Text size="sm" fw={isRead ? 400 : 700}>
            {subject}
          </Text>
          <Text size="xs" c="dimmed">
            <Ago at={at} />
            {', '}
            {marks.length === 0 ? labels.unread : marks.map((mark) => labels.marks[mark]).join(', ')}
          </Text>
        </UnstyledButton>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={labels.more(subject ?? '')}>
              …
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {MORE.map((action) => (
              <Menu.Item key={action} onClick={() => act(action)}>
                {labels.acts[action]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {isShown ? <Content mail={mail} onAct={act} /> : null}
    </article>
  );
}

function Content({ mail: { body, link }, onAct }: { mail: BoardMail; onAct(action: MailAction): void }) {
  return (
    <Stack gap="xs" className={classes.content}>
      {body.map((paragraph) => (
        <Text key={paragraph} size="sm">
          {paragraph}
        </Text>
      ))}
      {link ? (
        <Anchor
          href={link.href}
          size="sm"
          fw={600}
          title={link.href}
          onClick={(click) => {
            // The page behind the link does not exist: what counts is that Customer.io sees the click.
            click.preventDefault();
            onAct('click');
          }}
        >
          {link.label}
        </Anchor>
      ) : null}
      <Text size="xs" c="dimmed">
        {labels.footer}{' '}
        <Anchor component="button" type="button" size="xs" onClick={() => onAct('unsubscribe')}>
          {labels.acts.unsubscribe}
        </Anchor>
      </Text>
    </Stack>
  );
}

/** A line for an email that has not arrived, or that was never made. */
function Unsent({ mail }: { mail: BoardMail }) {
  const { subject, event, at } = mail;
  return (
    <article className={classes.mail} data-unsent="" aria-label={subject ?? event}>
      <Text size="sm" {...(mail.state !== 'no_campaign' && { td: 'line-through' })}>
        {subject ?? event}
      </Text>
      <Text size="xs">
        <Ago at={at} />, {reasonOf(mail)}
      </Text>
    </article>
  );
}

function reasonOf({ state, event, why }: BoardMail): string {
  const { notSent } = labels;
  if (state === 'no_campaign') return notSent.noCampaign(event);
  if (state === 'bounced') return notSent.bounced(why ?? '');
  if (state === 'dropped') return notSent.suppressed;
  return why !== null && /unsubscribed/.test(why) ? notSent.unsubscribed : notSent.other(why ?? '');
}
