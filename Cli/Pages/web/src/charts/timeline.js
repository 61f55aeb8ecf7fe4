import { count, percent, short } from '../figures.js';
import { axis, slider, tooltip } from '../theme.js';
import { graphic } from '../engine.js';

// Work of each engine over the cycles of the run. Neighbouring layers take turns in three colours.
export function timeline(data, theme) {
  const spans = data.timeline.map((track, row) => {
    let cycle = 0;
    return track.lengths.map((length, index) => {
      const start = cycle + track.gaps[index];
      cycle = start + length;
      return [row, start, cycle, track.layers[index], track.busy[index]];
    });
  }).flat();
  return {
    grid: { left: 96, right: 16, top: 12, bottom: 64 },
    tooltip: tooltip(theme, ({ value: [row, start, end, layer, busy] }) => [
      `${data.timeline[row].name}: ${data.layers.name[layer] ?? ''}`, `layer ${layer + 1}, ${data.layers.operator[layer] ?? ''}`,
      `cycles ${count(start)} to ${count(end)}`, `works in ${count(busy)} of them (${percent(busy / (end - start))})`]),
    xAxis: { type: 'value', min: 0, max: data.cycles, name: 'cycle', nameLocation: 'middle', nameGap: 22, ...axis(theme, { axisLabel: { formatter: short } }) },
    yAxis: { type: 'category', inverse: true, data: data.timeline.map((track) => track.name), ...axis(theme, { grid: false }) },
    dataZoom: slider(theme, { filterMode: 'weakFilter', xAxisIndex: 0 }),
    series: {
      type: 'custom', data: spans, encode: { x: [1, 2], y: 0 }, dimensions: ['engine', 'start', 'end', 'layer', 'busy'], progressive: 4000,
      renderItem: (params, api) => bar(params, api, theme),
    },
  };
}

function bar(params, api, theme) {
  const [x, y] = api.coord([api.value(1), api.value(0)]);
  const [end] = api.coord([api.value(2), api.value(0)]);
  const height = Math.min(36, api.size([0, 1])[1] * 0.7);
  const box = params.coordSys;
  const shape = graphic.clipRectByRect({ x, y: y - height / 2, width: Math.max(0.7, end - x), height }, { x: box.x, y: box.y, width: box.width, height: box.height });
  return shape && { type: 'rect', shape, style: { fill: theme.palette[api.value(3) % 3] } };
}
