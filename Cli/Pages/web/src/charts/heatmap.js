import { show } from '../sweep.js';
import { axis, tooltip } from '../theme.js';

const pairsOf = (data) => data.pairs.filter((pair) => pair.objective === 0);

// The best feasible value of an objective at each pair of values of two parameters.
export function heatmap(data, theme, [which = 0, objective = 0]) {
  const chosen = pairsOf(data)[which];
  if (!chosen) {
    return { title: { text: 'There is only one parameter.', textStyle: { color: theme.text } } };
  }

  const { first, second, best } = data.pairs.find((pair) => pair.first === chosen.first && pair.second === chosen.second && pair.objective === objective);
  const [across, up] = [data.axes[second], data.axes[first]];
  const cells = best.map((value, index) => [index % across.values.length, Math.floor(index / across.values.length), value]).filter(([, , value]) => value !== null);
  const values = cells.map(([, , value]) => value);
  const { name, maximise } = data.objectives[objective];
  const ramp = theme.isDark ? ['#0d2b45', '#8ed0f5'] : ['#08306b', '#deebf7'];
  return {
    grid: { left: 110, right: 110, top: 24, bottom: 56 },
    tooltip: tooltip(theme, ({ value: [x, y, z] }) => [`${up.name} = ${up.values[y]}`, `${across.name} = ${across.values[x]}`, `best ${name}: ${show(z)}`]),
    xAxis: { type: 'category', data: across.values, name: across.name, nameLocation: 'middle', nameGap: 30, ...axis(theme, { grid: false }) },
    yAxis: { type: 'category', data: up.values, name: up.name, nameLocation: 'middle', nameGap: 80, ...axis(theme, { grid: false }) },
    visualMap: {
      min: Math.min(...values), max: Math.max(...values), calculable: true, orient: 'vertical', right: 4, top: 'center', textStyle: { color: theme.text },
      formatter: show, inRange: { color: maximise ? [...ramp].reverse() : ramp },
    },
    series: { type: 'heatmap', data: cells, label: { show: cells.length <= 100, formatter: ({ value }) => show(value[2]), backgroundColor: theme.back, color: theme.text, padding: 2 }, itemStyle: { borderColor: theme.back, borderWidth: 1 } },
  };
}

heatmap.choices = (data) => [
  { name: 'parameters', values: pairsOf(data).map(({ first, second }) => `${data.axes[first].name} and ${data.axes[second].name}`) },
  { name: 'objective', values: data.objectives.map(({ name }) => name) },
];
