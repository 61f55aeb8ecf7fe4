// Numbers as people read them, as the tables of the page write them.
export const three = (value) => (value === 0 ? '0' : Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));
export const count = (value) => Math.round(value).toLocaleString('en');
export const percent = (share) => `${(share * 100).toFixed(1)} %`;

const steps = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [0, '']];

export function short(value) {
  const [size, letter] = steps.find(([least]) => Math.abs(value) >= least);
  return size === 0 ? three(value) : `${three(value / size)} ${letter}`;
}

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) {
    value /= 1024;
  }

  return `${three(value)} ${units[unit]}`;
}

export const microjoules = (value) => (value >= 1000 ? `${three(value / 1000)} mJ` : value >= 0.1 || value === 0 ? `${three(value)} µJ` : `${three(value * 1000)} nJ`);
