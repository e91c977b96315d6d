import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { SubjectDeal } from '../../api/types.ts';
import { Light } from '../../parts/Light.tsx';
import { subjectTexts as labels, texts } from '../../texts.ts';
import { Outside } from '../trace/TracePage.tsx';
import classes from './DealsCard.module.css';

interface DealsCardProps {
  deals: SubjectDeal[];
  q: string;
  connection: string;
}

/** The deals with their stages, and what they show in Kommo about the client's email. */
export function DealsCard({ deals, q, connection }: DealsCardProps) {
  return (
    <Stack className="card" p="md" gap="sm" component="section" aria-label={labels.deals}>
      <Title order={2}>{labels.deals}</Title>
      {deals.map((deal) => (
        <Deal key={deal.id} deal={deal} isOpen={q === String(deal.id)} connection={connection} />
      ))}
    </Stack>
  );
}

function Deal({ deal, isOpen, connection }: { deal: SubjectDeal; isOpen: boolean; connection: string }) {
  const { id, name, company, stage, link, shows } = deal;
  const title = name ?? texts.subject.deal(id);
  return (
    <div>
      <Group gap="xs" justify="space-between" align="baseline">
        <Text fw={600} className="wrap">
          {isOpen ? (
            title
          ) : (
            <Anchor
              inherit
              renderRoot={(props) => <Link to="/subject" search={{ q: String(id), connection }} {...props} />}
            >
              {title}
            </Anchor>
          )}{' '}
          {name === null ? null : (
            <Text span size="xs" c="dimmed" fw={400}>
              {labels.deal(id)}
            </Text>
          )}
        </Text>
        {link ? <Outside href={link}>{texts.trace.inKommo}</Outside> : null}
      </Group>
      <Text size="sm" component="div">
        {stage === null ? (
          <span className={classes.quiet}>{labels.notRead}</span>
        ) : (
          <span className={classes.stage} style={{ borderLeftColor: stage.color ?? undefined }}>
            {labels.stage(stage.name, stage.pipeline)}
          </span>
        )}
        {company === null ? null : <span className={classes.quiet}> · {company}</span>}
      </Text>
      {shows.map((field) => (
        <Shown key={field.field} field={field} />
      ))}
    </div>
  );
}

function Shown({ field: shown }: { field: SubjectDeal['shows'][number] }) {
  const { field, value, isRestrictive, isTrue, isWritten } = shown;
  const truth = isTrue ? labels.isTrue : isRestrictive ? labels.saysNotMailable : labels.saysMailable;
  const tone = !isWritten ? 'pending' : isTrue ? 'done' : 'warning';
  return (
    <Group gap="xs" wrap="nowrap" align="baseline">
      <Light tone={tone} />
      <Text size="sm">
        {labels.shows(field)}: <b>{value}</b>{' '}
        <Text span inherit c="dimmed">
          ({isWritten ? truth : labels.notWritten})
        </Text>
      </Text>
    </Group>
  );
}
