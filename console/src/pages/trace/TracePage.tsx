import { Anchor, Box, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useParams, useRouter } from '@tanstack/react-router';
import { ApiError } from '../../api/client.ts';
import { eventQuery } from '../../api/queries.ts';
import type { EventTrace } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { AnswerCard } from '../../parts/AnswerCard.tsx';
import { HeldNotice } from '../../parts/HeldNotice.tsx';
import { LeftIcon, LinkIcon } from '../../parts/icons.tsx';
import { plain } from '../../parts/names.ts';
import { OutcomeMark } from '../../parts/Outcome.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered } from '../../parts/States.tsx';
import { NotFound } from '../../parts/Whole.tsx';
import { activityTexts, directionLabels, texts } from '../../texts.ts';
import { Timeline } from './Timeline.tsx';

/** One event: what came in, what was decided and why, what was sent and answered. */
export function TracePage() {
  const { id } = useParams({ from: '/shell/activity/$id' });
  const isNumber = /^[1-9]\d{0,14}$/.test(id);
  const trace = useQuery({ ...eventQuery(Number(id)), enabled: isNumber });
  if (!isNumber || (trace.error instanceof ApiError && trace.error.status === 404)) return <NotFound />;
  return (
    <Stack gap="md" maw={860}>
      <Back />
      <Answered of={trace} lines={8}>
        {(data) => (
          <>
            <Head trace={data} />
            <OtherReports reports={data.otherReports} />
            <Timeline trace={data} />
          </>
        )}
      </Answered>
    </Stack>
  );
}

/** To the list as it was left, for who comes from there; else to the list. */
function Back() {
  const { history } = useRouter();
  const isFromActivity = useLocation({ select: ({ state }) => state.isFromActivity === true });
  return (
    <Anchor
      size="sm"
      className="inline"
      renderRoot={(props) => (
        <Link
          to="/activity"
          {...props}
          onClick={(event) => {
            if (!isFromActivity || event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            history.back();
          }}
        />
      )}
    >
      <LeftIcon size={15} />
      {texts.trace.back}
    </Anchor>
  );
}

function Head({ trace }: { trace: EventTrace }) {
  const { title, outcome, clientState, answer, direction, occurredAt, connection, links } = trace;
  const { dealId, deal, person, client } = trace;
  return (
    <Stack gap={6}>
      <PageTitle>{title}</PageTitle>
      <Group gap="4px 16px">
        <OutcomeMark outcome={outcome} clientState={clientState} />
        <Text size="sm" c="dimmed">
          {directionLabels[direction]}
        </Text>
        <Text size="sm" c="dimmed">
          {texts.trace.happened} <Ago at={occurredAt} />
        </Text>
      </Group>
      <Group gap="4px 16px">
        {person ? (
          <About q={person} words={texts.trace.about(client ?? person)} connection={connection} />
        ) : null}
        {dealId === null ? null : (
          <About
            q={String(dealId)}
            words={deal === null ? texts.trace.aboutDeal(dealId) : texts.trace.aboutNamed(deal, dealId)}
            connection={connection}
          />
        )}
        {links.kommoDeal ? <Outside href={links.kommoDeal}>{texts.trace.inKommo}</Outside> : null}
        {links.customerioPerson ? (
          <Outside href={links.customerioPerson}>{texts.trace.inCustomerio}</Outside>
        ) : null}
      </Group>
      {answer ? (
        <Box mt="xs">
          <AnswerCard answer={answer} />
        </Box>
      ) : null}
      {outcome === 'held' && dealId !== null ? <HeldNotice connection={connection} dealId={dealId} /> : null}
    </Stack>
  );
}

/** What else Customer.io has reported of the same message. */
function OtherReports({ reports }: { reports: EventTrace['otherReports'] }) {
  if (reports.length === 0) return null;
  return (
    <Group gap="4px 12px" component="nav" aria-label={activityTexts.otherReports}>
      <Text size="sm" c="dimmed">
        {activityTexts.otherReports}
      </Text>
      {reports.map(({ id, name }) => (
        <Anchor
          key={id}
          size="sm"
          title={name}
          renderRoot={(props) => <Link to="/activity/$id" params={{ id: String(id) }} {...props} />}
        >
          {plain(name)}
        </Anchor>
      ))}
    </Group>
  );
}

function About({ q, words, connection }: { q: string; words: string; connection: string }) {
  return (
    <Anchor
      size="sm"
      className="wrap"
      renderRoot={(props) => <Link to="/subject" search={{ q, connection }} {...props} />}
    >
      {words}
    </Anchor>
  );
}

/** Leads away from Stagepost, so in another tab. */
export function Outside({ href, children }: { href: string; children: string }) {
  return (
    <Anchor size="sm" href={href} target="_blank" rel="noreferrer" className="inline">
      {children} <LinkIcon size={13} />
    </Anchor>
  );
}
