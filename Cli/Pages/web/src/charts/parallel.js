import { describe, kinds, scale, show } from '../sweep.js';
import { legend, tooltip } from '../theme.js';

// A line for each point through its parameters and objectives.
export function parallel(data, theme) {
  const { axes, objectives, points } = data;
  const common = { nameTextStyle: { color: theme.text, width: 110, overflow: 'truncate' }, axisLine: { lineStyle: { color: theme.quiet } }, axisTick: { lineStyle: { color: theme.quiet } } };
  const lines = (kind) => points.filter((point) => point.kind === kind)
    .map((point) => ({ value: [...point.levels.map((level, index) => axes[index].values[level]), ...point.values], point }));
  const style = [{ color: theme.palette[5], width: 1, opacity: 0.2 }, { color: theme.palette[0], width: 1, opacity: 0.45 }, { color: theme.palette[1], width: 2.5, opacity: 0.9 }];
  return {
    legend: legend(theme),
    tooltip: tooltip(theme, (hit) => describe(data, hit.data.point)),
    parallel: { left: 60, right: 90, top: 72, bottom: 32, parallelAxisDefault: { areaSelectStyle: { width: 16, color: theme.palette[0], borderColor: theme.text } } },
    parallelAxis: [
      ...axes.map((axis, dim) => ({ dim, name: axis.name, type: 'category', data: axis.values, axisLabel: { color: theme.quiet }, ...common })),
      ...objectives.map((objective, index) => ({
        dim: axes.length + index, name: objective.name, type: scale(points.map((point) => point.values[index])), scale: true,
        axisLabel: { color: theme.quiet, formatter: show }, ...common,
      })),
    ],
    series: kinds.map((name, kind) => ({
      type: 'parallel', name, lineStyle: style[kind], itemStyle: { color: style[kind].color }, inactiveOpacity: 0.03, activeOpacity: 0.9, data: lines(kind), z: kind + 2,
    })),
  };
}
