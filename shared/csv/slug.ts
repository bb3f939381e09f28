/** The sensor id a column's name stands for: `Volume Flow RateRMS` → `volume-flow-rate-rms`, `Air temperature [K]` → `air-temperature-k`. */
export function slugOf(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .replace(/[^a-z\d._]+/g, '-')
    .replace(/^[^a-z\d]+|-+$/g, '')
    .slice(0, 64);
}
