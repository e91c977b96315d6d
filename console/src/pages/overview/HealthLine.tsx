import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Health } from '../../api/types.ts';
import { Light } from '../../parts/Light.tsx';
import { overviewTexts as labels, texts } from '../../texts.ts';
import { headlineOf } from '../system/headline.ts';
import classes from '../system/Verdict.module.css';

/** Is all well? One line, which leads to what is not. */
export function HealthLine({ health, connection }: { health: Health; connection: string | undefined }) {
  const { tone, text, items, steps } = headlineOf(health);
  const [first] = items;
  return (
    <section className={classes.verdict} data-tone={tone} aria-live="polite" aria-label={texts.now.health}>
      <Group gap="xs" wrap="nowrap" align="baseline">
        <Light tone={tone} size={12} />
        <Text component="p" className="wrap">
          <Text span fw={650}>
            {labels.issues(text, first?.message)}
          </Text>{' '}
          {first && first.page !== 'overview' ? (
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link
                  to={`/${first.page}`}
                  search={{ connection: first.connection ?? connection }}
                  {...props}
                />
              )}
            >
              {texts.now.pageLinks[first.page]}
            </Anchor>
          ) : null}{' '}
          {tone === 'good' ? null : (
            <Anchor size="sm" renderRoot={(props) => <Link to="/system" {...props} />}>
              {steps.length > 0 && !first ? labels.toSteps : labels.toSystem}
            </Anchor>
          )}
        </Text>
      </Group>
    </section>
  );
}
