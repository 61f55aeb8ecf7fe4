import { bytes, count, microjoules, percent, short } from '../figures.js';
import { axis, legend, slider, tooltip } from '../theme.js';

// One bar for each layer: what became of the array's cycles, or, where the result does not say, cycles in which the layer's engine works and waits.
export function layers(data, theme) {
  const { name, cycles, stall } = data.layers;
  const bar = (title, values, place) => ({
    type: 'bar', name: title, stack: 'layer', data: values, barCategoryGap: name.length > 200 ? '0%' : '15%',
    itemStyle: { color: theme.palette[place], ...(place > 0 && name.length <= 200 ? { decal: decal(place, theme) } : {}) },
  });
  const series = data.losses
    ? data.losses.map((loss) => bar(loss.name, loss.cycles, loss.index))
    : [bar('its engine works', cycles.map((value, index) => value - stall[index]), 0), bar('its engine waits', stall, 1)];
  return {
    legend: legend(theme),
    grid: { left: 64, right: 16, top: 58, bottom: 64 },
    tooltip: tooltip(theme, ([first]) => describe(data, first.dataIndex), { trigger: 'axis', axisPointer: { type: 'shadow' } }),
    xAxis: { type: 'category', data: name.map((_, index) => String(index + 1)), name: 'layer', nameLocation: 'middle', nameGap: 22, ...axis(theme, { grid: false }) },
    yAxis: { type: 'value', name: 'cycles', ...axis(theme, { axisLabel: { formatter: short } }) },
    dataZoom: slider(theme),
    series,
  };
}

// Hatchings tell parts of a bar apart where colours do not.
function decal(place, theme) {
  const turns = [0, Math.PI / 4, -Math.PI / 4, Math.PI / 2];
  return { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [1 + (place % 2), 5 + (place % 3)], rotation: turns[place % 4], color: theme.back };
}

export function describe(data, index) {
  const { name, operator, engine, bound, cycles, stall, macs, use, bytes: moved, energyUj } = data.layers;
  const losses = (data.losses ?? []).filter((loss) => loss.cycles[index] > 0)
    .map((loss) => `  ${loss.name}: ${percent(cycles[index] > 0 ? loss.cycles[index] / cycles[index] : 0)}`);
  return [
    `${index + 1} ${name[index]}`, `${operator[index]} on ${engine[index]}, bound by ${bound[index]}`,
    `${count(cycles[index])} cycles (${percent(data.cycles > 0 ? cycles[index] / data.cycles : 0)}), ${count(stall[index])} of them waiting`,
    `${count(macs[index])} MACs, array use ${percent(use[index])}`, `${bytes(moved[index])} of external memory, ${microjoules(energyUj[index])}`, ...losses,
  ];
}
