/** The few signs the portal needs, drawn in one weight; always beside a word or with one for screen readers. */
const PATHS = {
  fleet: 'M3 4h7v7H3zM14 4h7v4h-7zM14 12h7v8h-7zM3 15h7v5H3z',
  cases: 'M4 13h4l2 3h4l2-3h4M4 13 6.5 5h11L20 13v6H4z',
  rules: 'M5 6h6M15 6h4M5 12h2M11 12h8M5 18h9M18 18h1M13 4v4M9 10v4M16 16v4',
  quality: 'M3 13h4l2-7 4 12 2.5-7 1.5 2H21',
  chain: 'M3 9h5v6H3zM16 4h5v6h-5zM16 14h5v6h-5zM8 12h4M12 12V7h4M12 12v5h4',
  admin: 'M12 3l7 3v5c0 4.500-3 8-7 10-4-2-7-5.500-7-10V6zM9 12l2 2 4-4',
  account: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.700 1.900 7.500 5.500',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 20.500 20.500',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M6 9l6 6 6-6',
  right: 'M9 6l6 6-6 6',
  left: 'M15 6l-6 6 6 6',
  back: 'M19 12H5M11 6l-6 6 6 6',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  check: 'M5 13l4.500 4.500L19 7',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  external: 'M14 5h5v5M19 5l-8 8M11 6H5v13h13v-6',
  reset: 'M5 12a7 7 0 1 0 2.300-5.200M5 4v4h4',
  keyboard: 'M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8',
  plug: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4',
  table: 'M4 5h16v14H4zM4 10h16M4 14.500h16M10 10v9',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  phone: 'M5 4h4l2 5-2.500 1.500a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 3 : 1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flex: 'none' }}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
