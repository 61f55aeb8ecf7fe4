import { percent } from '../figures.js';
import { axis, legend, tooltip } from '../theme.js';

const most = 12;

// Bars of what explains the variance of each objective, the largest on top.
export function sensitivity(data, theme) {
  const share = ({ names, shares }, name) => (names.includes(name) ? shares[names.indexOf(name)] : 0);
  const names = [...new Set(data.sensitivity.flatMap((entry) => entry.names))]
    .sort((a, b) => Math.max(...data.sensitivity.map((entry) => share(entry, b))) - Math.max(...data.sensitivity.map((entry) => share(entry, a)))).slice(0, most);
  return {
    legend: legend(theme),
    grid: { left: 260, right: 32, top: 40, bottom: 48 },
    tooltip: tooltip(theme, (bars) => [bars[0].name, ...bars.map((bar) => `${bar.seriesName}: ${percent(bar.value)}`)], { trigger: 'axis', axisPointer: { type: 'shadow' } }),
    xAxis: { type: 'value', min: 0, name: 'share of the variance', nameLocation: 'middle', nameGap: 28, ...axis(theme, { axisLabel: { formatter: percent } }) },
    yAxis: { type: 'category', inverse: true, data: names, ...axis(theme, { grid: false, axisLabel: { width: 240, overflow: 'truncate' } }) },
    series: data.sensitivity.map((entry, index) => ({
      type: 'bar', name: entry.objective, itemStyle: { color: theme.palette[index % theme.palette.length] }, data: names.map((name) => share(entry, name)),
    })),
  };
}
