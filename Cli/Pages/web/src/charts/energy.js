import { microjoules, percent } from '../figures.js';
import { tooltip } from '../theme.js';

// Sunburst of energy: parts of the machine, and what they do where the result says so.
export function energy(data, theme) {
  const total = data.energy.reduce((sum, part) => sum + part.value, 0);
  const sorted = [...data.energy].sort((a, b) => b.value - a.value);
  return {
    tooltip: tooltip(theme, (point) => (point.name
      ? [point.treePathInfo.slice(1).map((step) => step.name).join(' · '), `${microjoules(point.value)}, ${percent(point.value / total)}`] : ['all', microjoules(total)])),
    color: theme.palette,
    series: {
      type: 'sunburst', radius: ['18%', '95%'], data: sorted, sort: null,
      itemStyle: { borderColor: theme.back, borderWidth: 1, opacity: 0.45 }, // pale, so that labels stand out from every colour
      label: { minAngle: 10, color: theme.text, overflow: 'truncate', width: 62, fontSize: 11 },
      emphasis: { focus: 'ancestor' },
    },
  };
}
