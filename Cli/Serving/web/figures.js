// Numbers as people read them: three figures and the unit that fits.
const units = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [1, ''], [1e-3, 'm'], [1e-6, 'µ'], [1e-9, 'n'], [1e-12, 'p']];

export function figure(value, unit) {
  if (value === null || !Number.isFinite(value)) return 'unknown';
  if (value === 0) return `0 ${unit}`.trim();
  const [scale, prefix] = units.find(([scale]) => Math.abs(value) >= scale * 0.9995) ?? units.at(-1);
  const scaled = value / scale;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(scaled)) + 1e-9));
  return `${scaled.toFixed(Math.min(digits, 6))} ${prefix}${unit}`.trim();
}

export const count = (value) => Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, '\u2009');

export const percent = (share) => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;

export function bytes(value) {
  if (value < 1024) return `${value} B`;
  const [scale, unit] = value < 2 ** 20 ? [2 ** 10, 'KiB'] : value < 2 ** 30 ? [2 ** 20, 'MiB'] : [2 ** 30, 'GiB'];
  return `${(value / scale).toPrecision(3)} ${unit}`;
}

// camelCase as words.
export const words = (name) => name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
