// What every page does, with charts or without: light and dark, tables that sort.
'use strict';
(() => {
  const root = document.documentElement;
  const button = document.getElementById('theme');
  const systemDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ?? (systemDark.matches ? 'dark' : 'light')) === 'dark';
  const announce = () => {
    button.textContent = isDark() ? 'Light colours' : 'Dark colours';
    root.dispatchEvent(new CustomEvent('themechange', { detail: isDark() ? 'dark' : 'light' }));
  };
  button.hidden = false;
  button.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; announce(); });
  systemDark.addEventListener('change', announce);
  announce();

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
  };
  const sort = (table, column, heading) => {
    const descending = heading.getAttribute('aria-sort') !== 'descending';
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row, index) => ({ row, index, key: value(row, column) }));
    const compare = (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)));
    rows.sort((a, b) => (descending ? compare(b.key, a.key) : compare(a.key, b.key)) || a.index - b.index);
    body.append(...rows.map((entry) => entry.row));
  };
  for (const table of document.querySelectorAll('table.sortable')) {
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      const press = document.createElement('button');
      press.type = 'button';
      press.textContent = heading.textContent;
      press.addEventListener('click', () => sort(table, column, heading));
      heading.replaceChildren(press);
    });
  }
})();
