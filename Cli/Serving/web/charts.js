// The page's charts, as SVG elements: text is set as text, since names come from models.
import { figure, percent } from './figures.js';

const space = 'http://www.w3.org/2000/svg';
const colours = 8;

function make(name, attributes, text) {
  const element = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function titled(element, text) {
  element.append(make('title', {}, text));
  return element;
}

const picture = (width, height, label) => make('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label });

export function legend(names) {
  const list = document.createElement('ul');
  list.className = 'legend';
  names.forEach((name, index) => {
    const item = document.createElement('li');
    const key = document.createElement('i');
    key.className = `fill${index % colours}`;
    item.append(key, name);
    list.append(item);
  });
  return list;
}

// Rows of parts: [{ label, parts: [{ name, value }] }]. Each row is as wide as the chart, or on one scale with the others. Colours go by the order of `names`.
export function stacks(rows, names, unit, onOneScale = false) {
  const [width, left, tall, gap] = [900, 120, 24, 8];
  const svg = picture(width, rows.length * (tall + gap), rows.map((row) => row.label).join(', '));
  const totals = rows.map((row) => row.parts.reduce((sum, part) => sum + part.value, 0));
  rows.forEach((row, line) => {
    const total = totals[line];
    const full = onOneScale ? Math.max(...totals) : total;
    const y = line * (tall + gap);
    svg.append(make('text', { x: 0, y: y + 16 }, row.label));
    let x = left;
    for (const part of row.parts.filter((part) => part.value > 0)) {
      const wide = (part.value / full) * (width - left);
      const box = make('rect', { x, y, width: wide, height: tall, class: `edge fill${names.indexOf(part.name) % colours}` });
      svg.append(titled(box, `${part.name}: ${percent(part.value / total)}, ${figure(part.value, unit)}`));
      x += wide;
    }
  });
  return svg;
}

// Bars side by side, one a layer, and a stepped line of what they are compared with.
export function bars(layers, names, compared) {
  const [width, height, bottom, left] = [900, 240, 18, 8];
  const svg = picture(width, height, 'cycles of each layer');
  const most = Math.max(...layers.map((layer) => layer.value), ...(compared ?? [0]), 1);
  const wide = (width - left) / layers.length;
  const level = (value) => (height - bottom) * (1 - value / most);
  layers.forEach((layer, index) => {
    const bar = make('rect', {
      x: left + index * wide, y: level(layer.value), width: Math.max(wide - (wide > 4 ? 1 : 0), 0.3), height: height - bottom - level(layer.value),
      class: `fill${names.indexOf(layer.bound) % colours}`,
    });
    svg.append(titled(bar, layer.text));
  });
  if (compared) {
    const steps = compared.map((value, index) => `M${left + index * wide} ${level(value)}h${Math.max(wide - 1, 0.3)}`).join('');
    svg.append(make('path', { d: steps, class: 'preset' }));
  }
  svg.append(make('path', { d: `M${left} ${height - bottom}H${width}`, class: 'axis' }));
  svg.append(make('text', { x: left, y: height - 4, class: 'quiet' }, `first layer to last; the tallest takes ${figure(most, 'cycles')}`));
  return svg;
}

// Points over two logarithmic axes; those that none beats in both are ringed.
export function points(tried, now, choose) {
  const [width, height, left, bottom] = [900, 300, 70, 34];
  const svg = picture(width, height, 'latency and energy of the machines tried');
  const x = scale(tried.map((point) => point.latency), left, width - 20);
  const y = scale(tried.map((point) => point.energy), height - bottom, 14);
  svg.append(make('path', { d: `M${left} 10V${height - bottom}H${width - 10}`, class: 'axis' }));
  for (const [value, place] of x.ticks) svg.append(make('text', { x: place, y: height - 16, 'text-anchor': 'middle', class: 'quiet' }, figure(value, 's')));
  for (const [value, place] of y.ticks) svg.append(make('text', { x: left - 6, y: place + 4, 'text-anchor': 'end', class: 'quiet' }, figure(value, 'J')));
  svg.append(make('text', { x: width - 10, y: height - 2, 'text-anchor': 'end', class: 'quiet' }, 'latency'));
  svg.append(make('text', { x: left + 6, y: 18, class: 'quiet' }, 'energy'));
  tried.forEach((point, index) => {
    const place = { cx: x.place(point.latency), cy: y.place(point.energy) };
    const dot = make('circle', { ...place, r: 5, class: `fill0${index === now ? ' now' : ''}`, tabindex: 0, role: 'button', 'aria-label': point.text });
    dot.addEventListener('click', () => choose(index));
    dot.addEventListener('keydown', (event) => (event.key === 'Enter' || event.key === ' ') && (event.preventDefault(), choose(index)));
    svg.append(titled(dot, point.text));
    if (!tried.some((other) => beats(other, point))) svg.append(make('circle', { ...place, r: 8, class: 'ring' }));
  });
  return svg;
}

const beats = (a, b) => a.latency <= b.latency && a.energy <= b.energy && (a.latency < b.latency || a.energy < b.energy);

function scale(values, from, to) {
  const [low, high] = [Math.log10(Math.min(...values)) - 0.1, Math.log10(Math.max(...values)) + 0.1];
  const place = (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  const ticks = [0.1, 0.5, 0.9].map((share) => 10 ** (low + share * (high - low))).map((value) => [value, place(value)]);
  return { place, ticks };
}
