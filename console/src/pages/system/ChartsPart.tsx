import { locale } from '../../languages/language.ts';
import '@mantine/charts/styles.css';
import { AreaChart } from '@mantine/charts';
import { ColorSwatch, Group, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { chartsQuery } from '../../api/queries.ts';
import type { Charts, Direction, Metric, Outcome, Range } from '../../api/types.ts';
import { counted, number } from '../../languages/locale.ts';
import { Answered } from '../../parts/States.tsx';
import { metricLabels, rangeLabels, texts } from '../../texts.ts';

interface ChartSpec {
  title: string;
  series: { name: Metric; color: string }[];
  /** What the rows behind a bar are narrowed down by. */
  rows: { direction?: Direction; outcome?: Outcome };
}

const CHARTS: ChartSpec[] = [
  {
    title: texts.now.chartOut,
    series: [
      { name: 'moves', color: 'cyan.7' },
      { name: 'sent', color: 'teal.5' },
      { name: 'repaired', color: 'grape.5' },
    ],
    rows: { direction: 'to_customerio' },
  },
  {
    title: texts.now.chartBack,
    series: [
      { name: 'reports', color: 'indigo.5' },
      { name: 'notes', color: 'blue.4' },
      { name: 'tasks', color: 'orange.5' },
      { name: 'fields', color: 'gray.5' },
      { name: 'tags', color: 'lime.6' },
    ],
    rows: { direction: 'to_kommo' },
  },
  {
    title: texts.now.chartFailures,
    series: [{ name: 'failures', color: 'red.6' }],
    rows: { outcome: 'failed' },
  },
];

/** Counts over time. Loaded separately: recharts is as large as all other code of the console. */
export default function ChartsPart({ connection }: { connection: string | undefined }) {
  const [range, setRange] = useState<Range>('24h');
  const charts = useQuery(chartsQuery(range, connection));
  return (
    <Stack component="section" gap="sm" aria-label={texts.now.charts}>
      <Group justify="space-between" gap="xs">
        <Title order={2}>{texts.now.charts}</Title>
        <SegmentedControl
          size="xs"
          aria-label={texts.now.range}
          value={range}
          onChange={(value) => setRange(value as Range)}
          data={Object.entries(rangeLabels).map(([value, label]) => ({ value, label }))}
        />
      </Group>
      <Answered of={charts}>
        {(data) => (
          <SimpleGrid cols={{ base: 1, md: 3 }} spacing="sm">
            {CHARTS.map((spec) => (
              <Chart key={spec.title} spec={spec} charts={data} connection={connection} />
            ))}
          </SimpleGrid>
        )}
      </Answered>
    </Stack>
  );
}

function Chart({
  spec,
  charts,
  connection,
}: {
  spec: ChartSpec;
  charts: Charts;
  connection: string | undefined;
}) {
  const navigate = useNavigate();
  const { title, series, rows } = spec;
  const shown = series.filter(({ name }) => charts.series[name]);
  const sums = shown.map(({ name }) => {
    const sum = (charts.series[name] ?? []).reduce((total, count) => total + count, 0);
    return counted(sum, metricLabels[name] ?? { one: name, many: name });
  });
  const open = (bucket: number | undefined) => {
    if (bucket === undefined) return;
    const since = charts.starts[bucket];
    const until = charts.starts[bucket + 1] ?? charts.end;
    void navigate({ to: '/activity', search: { connection, ...rows, since, until, show: 'all' } });
  };
  return (
    <Stack className="card" p="md" gap="xs">
      <div>
        <Title order={3} fz="sm">
          {title}
        </Title>
        <Text size="xs" c="dimmed">
          {sums.length === 0 ? texts.now.chartEmpty : sums.join(', ')}
        </Text>
      </div>
      {shown.length === 0 ? null : (
        <div role="img" aria-label={texts.now.chartSummary(title, sums.join(', '))}>
          <AreaChart
            h={140}
            data={pointsOf(charts)}
            dataKey="label"
            series={shown.map(({ name, color }) => ({
              name,
              color,
              label: metricLabels[name]?.many ?? name,
            }))}
            gridAxis="x"
            tickLine="none"
            curveType="monotone"
            withDots={false}
            fillOpacity={0.12}
            strokeWidth={1.5}
            withGradient={false}
            yAxisProps={{ width: 34, allowDecimals: false, tickCount: 3, interval: 0 }}
            xAxisProps={{ interval: 'equidistantPreserveStart', minTickGap: 24 }}
            valueFormatter={number}
            areaProps={{ isAnimationActive: false }}
            areaChartProps={{
              accessibilityLayer: false,
              onClick: ({ activeTooltipIndex }) =>
                open(activeTooltipIndex == null ? undefined : Number(activeTooltipIndex)),
            }}
          />
          {shown.length > 1 ? <Legend series={shown} /> : null}
        </div>
      )}
    </Stack>
  );
}

/** Below the chart and as high as it needs: the chart's own legend has a fixed height and leaves the card. */
function Legend({ series }: { series: ChartSpec['series'] }) {
  return (
    <Group gap="xs" mt="xs">
      {series.map(({ name, color }) => (
        <Group key={name} gap={6} wrap="nowrap">
          <ColorSwatch
            color={`var(--mantine-color-${color.replace('.', '-')})`}
            size={10}
            withShadow={false}
          />
          <Text size="xs">{metricLabels[name]?.many ?? name}</Text>
        </Group>
      ))}
    </Group>
  );
}

function pointsOf({ range, zone, starts, series }: Charts): Record<string, string | number>[] {
  const labels = labelOf(range, zone);
  return starts.map((start, index) => ({
    label: labels.format(start),
    ...Object.fromEntries(Object.entries(series).map(([name, counts]) => [name, counts?.[index] ?? 0])),
  }));
}

/** Days are named in the zone they are of, and times in the viewer's. */
function labelOf(range: Range, zone: string): Intl.DateTimeFormat {
  if (range === '30d')
    return new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: zone });
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat(locale, range === '1h' ? time : { weekday: 'short', ...time });
}
