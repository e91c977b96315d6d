import {
  Alert,
  Anchor,
  Badge,
  Button,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
} from '@mantine/core';

/** Mantine chooses the words' colour on a filled ground by the light scheme only. */
const ON_FILLED = 'var(--stagepost-on-filled)';

/** From text to the darkest ground; the page is the eighth. Cool, so that cards, fields and the page are told apart. */
const SLATE = [
  ...['#dbe1e7', '#bac4cd', '#93a0ac', '#6d7a87', '#414d59'],
  ...['#323c46', '#232b33', '#14191e', '#0f1317', '#0a0d10'],
] as unknown as MantineColorsTuple;

/** Calm and dense: people look at this all day. */
export const theme = createTheme({
  colors: { dark: SLATE },
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' } } },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    // Links are underlined: colour alone does not distinguish them from text.
    Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }),
    // Yellow words on light yellow cannot be read.
    Alert: Alert.extend({
      vars: (_, { color }) => ({
        root: color === 'yellow' ? { '--alert-color': 'var(--mantine-color-text)' } : {},
      }),
    }),
    Button: Button.extend({
      vars: (_, { variant }) => ({ root: isFilled(variant) ? { '--button-color': ON_FILLED } : {} }),
    }),
    Badge: Badge.extend({
      vars: (_, { variant }) => ({ root: isFilled(variant) ? { '--badge-color': ON_FILLED } : {} }),
    }),
  },
});

function isFilled(variant: string | undefined): boolean {
  return variant === undefined || variant === 'filled';
}

const HOVER = '#095c6b';

/** Mantine's own dimmed text and its yellow one are below the contrast that WCAG AA asks for (4.5). */
export const cssVariables: CSSVariablesResolver = (from) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': from.colors.gray[7],
    '--mantine-color-placeholder': from.colors.gray[6],
    '--mantine-color-body': '#f3f5f8',
    '--stagepost-card': '#ffffff',
    '--stagepost-column': '#e9edf1',
    '--stagepost-shade': 'rgb(0 0 0 / 14%)',
    '--mantine-color-error': from.colors.red[9],
    '--stagepost-on-filled': from.white,
    '--stagepost-warning': '#8a4b00',
    '--stagepost-gone': from.colors.red[1],
    '--stagepost-new': from.colors.teal[1],
    // The lighter shade that Mantine takes here is too light for white words.
    '--mantine-color-cyan-filled-hover': HOVER,
    '--mantine-primary-color-filled-hover': HOVER,
  },
  dark: {
    '--mantine-color-dimmed': from.colors.gray[5],
    '--stagepost-card': from.colors.dark[6],
    // Fields and buttons on a card.
    '--mantine-color-default': '#1b2229',
    '--mantine-color-disabled': from.colors.dark[5],
    '--mantine-color-disabled-color': from.colors.dark[2],
    // Mantine's own grounds of notices are as strong as filled ones.
    ...Object.fromEntries(
      (['red', 'yellow', 'orange', 'teal', 'green'] as const).map((color) => [
        `--mantine-color-${color}-light`,
        `color-mix(in srgb, ${from.colors[color][5]} 18%, ${from.colors.dark[6]})`,
      ]),
    ),
    '--stagepost-column': from.colors.dark[8],
    '--stagepost-shade': 'rgb(0 0 0 / 60%)',
    '--mantine-color-placeholder': from.colors.gray[6],
    '--mantine-color-error': from.colors.red[4],
    '--stagepost-on-filled': from.black,
    '--stagepost-warning': from.colors.yellow[4],
    '--stagepost-gone': '#4a2529',
    '--stagepost-new': '#173c33',
  },
});
