import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Health, HealthItem } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Light } from '../../parts/Light.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { texts } from '../../texts.ts';
import { Checklist } from './Checklist.tsx';
import { headlineOf, LIGHT_TONES } from './headline.ts';
import classes from './Verdict.module.css';

const labels = texts.now;

/** The page's first sentence: is all well? Then what is not, and what is left of the setup. */
export function Verdict({ health }: { health: Health }) {
  const { tone, text, items, steps, setup } = headlineOf(health);
  const isAlone = health.connections.length === 1;
  return (
    <section className={classes.verdict} data-tone={tone} aria-live="polite" aria-label={labels.title}>
      <Group gap="sm" wrap="nowrap" align="center">
        <Light tone={tone} size={14} />
        <Text fw={650} fz={{ base: 'lg', sm: 'xl' }} component="p">
          {text}
        </Text>
        {tone === 'good' ? (
          <Text c="dimmed" size="sm" visibleFrom="sm">
            {labels.goodDetail}
          </Text>
        ) : null}
      </Group>
      {items.length > 0 ? (
        <Stack component="ul" gap="xs" className={classes.list}>
          {items.map((item) => (
            <ItemRow key={`${item.connection} ${item.code}`} item={item} isAlone={isAlone} />
          ))}
        </Stack>
      ) : null}
      {setup ? (
        <Text fw={650} mt="md">
          {setup}
        </Text>
      ) : null}
      {steps.length > 0 ? <Checklist steps={steps} isAlone={isAlone} /> : null}
    </section>
  );
}

/** @param isAlone whether there is only one connection, so that its name need not be said */
function ItemRow({ item, isAlone }: { item: HealthItem; isAlone: boolean }) {
  const { light, connection, message, todo, since } = item;
  return (
    <li>
      <Group gap="xs" wrap="nowrap" align="baseline">
        <Light tone={LIGHT_TONES[light]} />
        <div className="wrap">
          <Text component="span" fw={600} size="sm">
            <span className="sr-only">{labels.lightLabels[light]}: </span>
            {connection === null || isAlone ? '' : `${connection}: `}
            {message}
          </Text>{' '}
          <PageLink item={item} />
          <Text size="sm" c="dimmed">
            <Readable text={todo} /> {labels.since} <Ago at={since} />.
          </Text>
        </div>
      </Group>
    </li>
  );
}

function PageLink({ item: { page, connection } }: { item: HealthItem }) {
  if (page === 'overview') return null;
  return (
    <Anchor
      size="sm"
      underline="always"
      renderRoot={(props) => (
        <Link to={`/${page}`} search={{ connection: connection ?? undefined }} {...props} />
      )}
    >
      {labels.pageLinks[page]}
    </Anchor>
  );
}
