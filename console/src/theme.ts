import { Anchor, type CSSVariablesResolver, createTheme, defaultVariantColorsResolver } from '@mantine/core';

/** Calm and dense: people look at this all day. */
export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  // Mantine chooses the words' colour for the light scheme, and keeps it on the bright buttons of the dark one.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const isPrimary = (input.color ?? input.theme.primaryColor) === input.theme.primaryColor;
    return input.variant === 'filled' && isPrimary
      ? { ...colors, color: 'var(--stagepost-on-primary)' }
      : colors;
  },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' } } },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  // Colour alone does not tell a link from the words around it.
  components: { Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }) },
});

const HOVER = '#095c6b';

/** Mantine's own dimmed text is below the contrast that WCAG AA asks for (4.5). */
export const cssVariables: CSSVariablesResolver = (from) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': from.colors.gray[7],
    '--mantine-color-placeholder': from.colors.gray[6],
    '--mantine-color-body': '#fafbfc',
    '--stagepost-card': '#ffffff',
    '--stagepost-on-primary': '#ffffff',
    '--stagepost-column': from.colors.gray[1],
    // The lighter shade that Mantine takes here is too light for white words.
    '--mantine-color-cyan-filled-hover': HOVER,
    '--mantine-primary-color-filled-hover': HOVER,
  },
  dark: {
    '--mantine-color-dimmed': from.colors.gray[5],
    '--stagepost-card': from.colors.dark[6],
    '--stagepost-on-primary': from.colors.dark[9],
    '--stagepost-column': from.colors.dark[8],
  },
});
