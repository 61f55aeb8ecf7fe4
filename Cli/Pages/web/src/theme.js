// Colours of the page, and a palette that people with any colour vision tell apart (Okabe and Ito, 2008), darker on white and lighter on black.
const light = ['#0072b2', '#d55e00', '#00815e', '#b5538e', '#8a6d00', '#5b5f66', '#7a3e00', '#3b8fc4', '#443a8f', '#9aa3ad'];
const dark = ['#56b4e9', '#e69f00', '#2fc49a', '#e08bbd', '#f0e442', '#b4bcc6', '#ff9d5c', '#8ed0f5', '#a79bff', '#68727d'];

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  const isDark = style.colorScheme === 'dark';
  return { back: read('--back'), panel: read('--panel'), text: read('--text'), quiet: read('--quiet'), line: read('--line'), palette: isDark ? dark : light, isDark };
}

export const axis = (theme, options) => ({
  nameTextStyle: { color: theme.quiet },
  axisLabel: { color: theme.quiet, ...options?.axisLabel },
  axisLine: { lineStyle: { color: theme.quiet } },
  splitLine: { show: options?.grid ?? true, lineStyle: { color: theme.line } },
  ...options?.more,
});

export const legend = (theme, options) => ({
  type: 'scroll', top: 0, textStyle: { color: theme.text }, pageTextStyle: { color: theme.text }, pageIconColor: theme.text, pageIconInactiveColor: theme.line,
  inactiveColor: theme.quiet, ...options,
});

export const slider = (theme, options) => [
  { type: 'slider', height: 22, bottom: 4, textStyle: { color: theme.text }, borderColor: theme.line, ...options },
  { type: 'inside', ...options },
];

// A tooltip is made of elements whose text is set as text: names come from models.
export const tooltip = (theme, lines, options) => ({
  confine: true, backgroundColor: theme.panel, borderColor: theme.line, textStyle: { color: theme.text },
  formatter: (point) => lines2element(lines(point)), ...options,
});

function lines2element(lines) {
  const box = document.createElement('div');
  lines.filter((line) => line !== null).forEach((line, index) => {
    const row = document.createElement('div');
    row.textContent = line.length > 90 ? `${line.slice(0, 88)}…` : line;
    row.style.fontWeight = index === 0 ? '600' : '400';
    box.append(row);
  });
  return box;
}
