import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

/** Grey of the controls: buttons carry no colour, because colour belongs to what is abnormal. */
const slate: MantineColorsTuple = [
  '#f2f4f6',
  '#e4e7ea',
  '#d3d9df',
  '#c3ccd5',
  '#9aa5b0',
  '#7c8791',
  '#5b6773',
  '#3b4652',
  '#2c353e',
  '#1b2025',
];

/** Severe actions only: the red of F. */
const severe: MantineColorsTuple = [
  '#ffeceb',
  '#ffd5d4',
  '#ffb0b0',
  '#ff8c8f',
  '#ff6b70',
  '#e0434c',
  '#c01d30',
  '#a3001b',
  '#870016',
  '#6b0010',
];

/** Ground of the dark page, in the places where Mantine looks for its own greys. */
const dark: MantineColorsTuple = [
  '#e6eaee',
  '#c3ccd5',
  '#a9b3bd',
  '#7b8691',
  '#4a545f',
  '#333b44',
  '#1f242a',
  '#252a31',
  '#1b1f24',
  '#16191d',
];

/** Filled controls take their colours from the tokens, whose letters were measured in both schemes. */
const variants: VariantColorsResolver = (input) => {
  const usual = defaultVariantColorsResolver(input);
  if (input.variant !== 'filled') return usual;
  if (input.color === 'severe')
    return { ...usual, background: 'var(--lw-f)', hover: 'var(--lw-f)', color: 'var(--lw-f-letter)' };
  return {
    ...usual,
    background: 'var(--lw-button)',
    hover: 'var(--lw-button-hover)',
    color: 'var(--lw-button-letter)',
  };
};

export const theme = createTheme({
  fontFamily: '-apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.5' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.25rem', xl: '1.75rem' },
  defaultRadius: 'sm',
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  colors: { slate, severe, dark },
  primaryColor: 'slate',
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  variantColorResolver: variants,
  luminanceThreshold: 0.35,
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, events: { hover: true, focus: true, touch: false } } },
    Checkbox: { defaultProps: { autoContrast: true } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 120 } } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end', transitionProps: { duration: 80 } } },
    Select: { defaultProps: { checkIconPosition: 'right', comboboxProps: { transitionProps: { duration: 80 } } } },
  },
});

/** Mantine's own variables, bound to the tokens, so that every control stands on the same grey. */
export const resolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': 'var(--lw-card)',
    '--mantine-color-text': 'var(--lw-text)',
    '--mantine-color-dimmed': 'var(--lw-muted)',
    '--mantine-color-placeholder': '#5f6973',
    '--mantine-color-default': '#fafbfc',
    '--mantine-color-default-hover': 'var(--lw-hover)',
    '--mantine-color-default-color': 'var(--lw-text)',
    '--mantine-color-default-border': '#8a949e',
    '--mantine-color-anchor': 'var(--lw-text)',
    '--mantine-color-error': 'var(--lw-f-line)',
  },
  dark: {
    '--mantine-color-body': 'var(--lw-card)',
    '--mantine-color-text': 'var(--lw-text)',
    '--mantine-color-dimmed': 'var(--lw-muted)',
    '--mantine-color-placeholder': '#98a2ac',
    '--mantine-color-default': '#1f242a',
    '--mantine-color-default-hover': 'var(--lw-hover)',
    '--mantine-color-default-color': 'var(--lw-text)',
    '--mantine-color-default-border': '#6d7882',
    '--mantine-color-anchor': 'var(--lw-text)',
    '--mantine-color-error': 'var(--lw-f-line)',
  },
});
