import { bytes, count, microjoules, percent, short } from '../figures.js';
import { axis, legend, slider, tooltip } from '../theme.js';

// One bar for each layer: the cycles in which its engine works, and those in which it waits.
export function layers(data, theme) {
  const { name, cycles, stall } = data.layers;
  const bar = (title, values, color, decal) => ({
    type: 'bar', name: title, stack: 'layer', data: values, itemStyle: { color, decal }, barCategoryGap: name.length > 200 ? '0%' : '15%', large: false,
  });
  return {
    legend: legend(theme),
    grid: { left: 64, right: 16, top: 36, bottom: 64 },
    tooltip: tooltip(theme, ([first]) => describe(data, first.dataIndex), { trigger: 'axis', axisPointer: { type: 'shadow' } }),
    xAxis: { type: 'category', data: name.map((_, index) => String(index + 1)), name: 'layer', nameLocation: 'middle', nameGap: 22, ...axis(theme, { grid: false }) },
    yAxis: { type: 'value', name: 'cycles', ...axis(theme, { axisLabel: { formatter: short } }) },
    dataZoom: slider(theme),
    series: [
      bar('its engine works', cycles.map((value, index) => value - stall[index]), theme.palette[0]),
      bar('its engine waits', stall, theme.palette[1], { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: theme.back }),
    ],
  };
}

export function describe(data, index) {
  const { name, operator, engine, bound, cycles, stall, macs, use, bytes: moved, energyUj } = data.layers;
  return [
    `${index + 1} ${name[index]}`, `${operator[index]} on ${engine[index]}, bound by ${bound[index]}`,
    `${count(cycles[index])} cycles (${percent(data.cycles > 0 ? cycles[index] / data.cycles : 0)}), ${count(stall[index])} of them waiting`,
    `${count(macs[index])} MACs, array use ${percent(use[index])}`, `${bytes(moved[index])} of external memory, ${microjoules(energyUj[index])}`,
  ];
}
