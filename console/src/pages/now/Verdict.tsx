import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Now } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Light } from '../../parts/Light.tsx';
import { texts } from '../../texts.ts';
import { type Problem, problemsOf } from './problems.ts';
import classes from './Verdict.module.css';

/** The page's first sentence: is all well? */
export function Verdict({ now }: { now: Now }) {
  const problems = problemsOf(now);
  const bad = problems.filter(({ tone }) => tone === 'bad');
  const isStarting = now.connections.some(({ state }) => state === 'starting');
  const tone = bad.length > 0 ? 'bad' : problems.length > 0 || isStarting ? 'waiting' : 'good';
  const head =
    bad.length > 0
      ? texts.now.needs(bad.length)
      : problems.length > 0
        ? texts.now.waits
        : isStarting
          ? texts.now.starting
          : texts.now.good;
  return (
    <section className={classes.verdict} data-tone={tone} aria-live="polite" aria-label={texts.now.title}>
      <Group gap="sm" wrap="nowrap" align="center">
        <Light tone={tone} size={14} />
        <Text fw={650} fz={{ base: 'lg', sm: 'xl' }} component="p">
          {head}
        </Text>
        {tone === 'good' ? (
          <Text c="dimmed" size="sm" visibleFrom="sm">
            {texts.now.goodDetail}
          </Text>
        ) : null}
      </Group>
      {problems.length > 0 ? (
        <Stack component="ul" gap="xs" className={classes.list}>
          {problems.map((problem) => (
            <Row key={problem.title} problem={problem} />
          ))}
        </Stack>
      ) : null}
    </section>
  );
}

function Row({ problem: { tone, title, detail, until, to, connection } }: { problem: Problem }) {
  return (
    <li>
      <Group gap="xs" wrap="nowrap" align="baseline">
        <Light tone={tone === 'bad' ? 'bad' : 'waiting'} />
        <div className="wrap">
          <Text component="span" fw={600} size="sm">
            {title}
          </Text>
          {to ? (
            <>
              {' '}
              <Anchor
                size="sm"
                underline="always"
                renderRoot={(props) => <Link to={`/${to}`} search={{ connection }} {...props} />}
              >
                {to === 'failures' ? texts.now.toFailures : texts.now.toConnections}
              </Anchor>
            </>
          ) : null}
          {detail ? (
            <Text size="sm" c="dimmed">
              {detail}
            </Text>
          ) : null}
          {until !== null ? (
            <Text size="sm" c="dimmed">
              {texts.failures.nextTry} <Ago at={until} />
            </Text>
          ) : null}
        </div>
      </Group>
    </li>
  );
}
