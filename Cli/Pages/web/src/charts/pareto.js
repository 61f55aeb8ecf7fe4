import { describe, kinds, scale, show } from '../sweep.js';
import { axis, legend, tooltip } from '../theme.js';

// Two objectives of every point; the front of all objectives stands out, and is joined where there are two.
export function pareto(data, theme, [across = 0, up = 1]) {
  const { objectives, points } = data;
  const second = objectives.length > 1 ? up : across;
  const dots = (kind) => points.filter((point) => point.kind === kind).map((point) => ({ value: [point.values[across], point.values[second]], point }));
  const side = (index) => ({
    type: scale(points.map((point) => point.values[index])), scale: true, name: `${objectives[index].name} (${objectives[index].maximise ? 'more' : 'less'} is better)`,
    nameLocation: 'middle', ...axis(theme, { axisLabel: { formatter: show } }),
  });
  const style = [{ color: theme.palette[5], opacity: 0.35 }, { color: theme.palette[0], opacity: 0.7 }, { color: theme.palette[1], opacity: 1, borderColor: theme.text }];
  const front = dots(2).map((dot) => dot.value).sort((a, b) => a[0] - b[0]);
  return {
    legend: legend(theme),
    grid: { left: 84, right: 24, top: 48, bottom: 56 },
    tooltip: tooltip(theme, (hit) => (hit.data.point ? describe(data, hit.data.point) : ['front'])),
    xAxis: { ...side(across), nameGap: 30 },
    yAxis: { ...side(second), nameGap: 60 },
    series: [
      ...kinds.map((name, kind) => ({ type: 'scatter', name, symbol: ['triangle', 'circle', 'diamond'][kind], symbolSize: [6, 7, 12][kind], itemStyle: style[kind], data: dots(kind) })),
      ...(objectives.length === 2 ? [{ type: 'line', name: 'front', step: 'end', symbol: 'none', silent: true, lineStyle: { color: theme.palette[1] }, itemStyle: { color: theme.palette[1] }, data: front }] : []),
    ],
  };
}

pareto.choices = (data) => (data.objectives.length < 3 ? [] : [
  { name: 'across', values: data.objectives.map(({ name }) => name), chosen: 0 }, { name: 'up', values: data.objectives.map(({ name }) => name), chosen: 1 },
]);
