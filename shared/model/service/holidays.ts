/** Public holidays of the German Länder. The one door to feiertagejs. */
import { getHolidays } from 'feiertagejs';

/** ISO 3166-2 code → the library's. `DE` has the holidays of all Länder alone; Augsburg has one of its own. */
const LIBRARY = {
  DE: 'BUND',
  'DE-BW': 'BW',
  'DE-BY': 'BY',
  'DE-BE': 'BE',
  'DE-BB': 'BB',
  'DE-HB': 'HB',
  'DE-HE': 'HE',
  'DE-HH': 'HH',
  'DE-MV': 'MV',
  'DE-NI': 'NI',
  'DE-NW': 'NW',
  'DE-RP': 'RP',
  'DE-SL': 'SL',
  'DE-SN': 'SN',
  'DE-ST': 'ST',
  'DE-SH': 'SH',
  'DE-TH': 'TH',
} as const;

export type Land = keyof typeof LIBRARY;
export const LAENDER = Object.keys(LIBRARY) as readonly Land[];

const known = new Map<string, ReadonlySet<string>>();

/** Whether the day, `2026-06-04`, is a public holiday in the Land. Heiligabend and Silvester are none anywhere. */
export function isHoliday(date: string, land: Land): boolean {
  const year = date.slice(0, 4);
  const key = `${land} ${year}`;
  let days = known.get(key);
  if (!days) {
    days = new Set(getHolidays(year, LIBRARY[land]).map(({ dateString }) => dateString));
    known.set(key, days);
  }
  return days.has(date);
}
