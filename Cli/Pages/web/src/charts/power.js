import { count, three } from '../figures.js';
import { axis, legend, slider, tooltip } from '../theme.js';

// Power by part, stacked, over the cycles of the run.
export function power(data, theme) {
  const { windowCycles, parts } = data.power;
  const windows = parts[0].milliwatts.length;
  const total = (index) => parts.reduce((sum, part) => sum + part.milliwatts[index], 0);
  const series = parts.map((part, place) => ({
    type: 'line', name: part.name, stack: 'power', step: 'end', symbol: 'none', lineStyle: { width: 0 }, areaStyle: { opacity: 0.9 },
    itemStyle: { color: theme.palette[place % theme.palette.length] },
    data: [...part.milliwatts.map((value, index) => [index * windowCycles, value]), [data.cycles, part.milliwatts[windows - 1]]],
  }));
  return {
    legend: legend(theme),
    grid: { left: 64, right: 16, top: 58, bottom: 64 },
    tooltip: tooltip(theme, (points) => {
      const index = Math.min(points[0].dataIndex, windows - 1);
      return [`from cycle ${count(index * windowCycles)}: ${three(total(index))} mW`,
        ...parts.filter((part) => part.milliwatts[index] > 0).map((part) => `${part.name}: ${three(part.milliwatts[index])} mW`)];
    }, { trigger: 'axis' }),
    xAxis: { type: 'value', min: 0, max: data.cycles, name: 'cycle', nameLocation: 'middle', nameGap: 22, ...axis(theme, { grid: false, axisLabel: { formatter: count } }) },
    yAxis: { type: 'value', name: 'mW', ...axis(theme) },
    dataZoom: slider(theme, { filterMode: 'none' }),
    series,
  };
}
