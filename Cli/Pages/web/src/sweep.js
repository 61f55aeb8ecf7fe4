import { three } from './figures.js';

// What a point of a sweep is, in lines for a tooltip.
export function describe(data, point) {
  return [
    `point ${point.point}${['', '', ', on the front'][point.kind]}${point.kind === 0 ? ', breaks a constraint' : ''}`,
    ...data.objectives.map((objective, index) => `${objective.name}: ${show(point.values[index])}`),
    ...data.axes.map((axis, index) => `${axis.name} = ${axis.values[point.levels[index]]}`),
  ];
}

export const show = (value) => (value === null ? 'none' : Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(2) : three(value));

// Logarithmic where values span more than a decade.
export function scale(values) {
  const known = values.filter((value) => value !== null);
  return known.length > 0 && Math.min(...known) > 0 && Math.max(...known) > 10 * Math.min(...known) ? 'log' : 'value';
}

export const kinds = ['breaks a constraint', 'feasible', 'on the front'];
