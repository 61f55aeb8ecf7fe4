import { bytes, count, percent } from '../figures.js';
import { axis, legend, slider, tooltip } from '../theme.js';

// How full each memory is while layers run, as a share of its size. Layers overlap; a layer begins where it first touches anything.
export function memory(data, theme) {
  const { start, end, name } = data.layers;
  const order = start.map((_, index) => index).sort((a, b) => start[a] - start[b] || a - b);
  const series = data.memories.map((entry, place) => ({
    type: 'line', name: entry.name, step: 'end', symbol: 'none', lineStyle: { width: 2, type: ['solid', 'dashed', 'dotted'][place % 3] },
    itemStyle: { color: theme.palette[place % theme.palette.length] },
    data: [...order.map((layer) => [start[layer], entry.capacity > 0 ? entry.bytes[layer] / entry.capacity : null, entry.bytes[layer], layer]),
      [Math.max(...end, 0), null, 0, 0]],
  }));
  const largest = Math.max(0.01, ...data.memories.map((entry) => (entry.capacity > 0 ? Math.max(...entry.bytes) / entry.capacity : 0)));
  return {
    legend: legend(theme),
    grid: { left: 64, right: 16, top: 58, bottom: 64 },
    tooltip: tooltip(theme, (points) => [`layer ${points[0].value[3] + 1} ${name[points[0].value[3]] ?? ''}`, `from cycle ${count(points[0].value[0])}`,
      ...points.filter((point) => point.value[1] !== null).map((point) => `${point.seriesName}: ${bytes(point.value[2])} (${percent(point.value[1])})`)], { trigger: 'axis' }),
    xAxis: { type: 'value', min: 0, max: data.cycles, name: 'cycle', nameLocation: 'middle', nameGap: 22, ...axis(theme, { grid: false, axisLabel: { formatter: count } }) },
    yAxis: { type: 'value', name: 'share of its size', max: Math.min(1, largest * 1.1), ...axis(theme, { axisLabel: { formatter: percent } }) },
    dataZoom: slider(theme, { filterMode: 'none' }),
    series,
  };
}
