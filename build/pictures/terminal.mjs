// A terminal's screen, as tmux captures it with its colours, as a page: terminal.mjs FILE COLUMNS.
import { readFileSync } from 'node:fs';

const [file, columns] = process.argv.slice(2);
const basic = ['#1b2226', '#e06c75', '#7ec889', '#e2c069', '#61a5e8', '#c58adb', '#2fb3c2', '#d7dde0'];
const bright = ['#7d8a90', '#ff8a93', '#9be8a6', '#ffdf8a', '#8cc4ff', '#e0aef5', '#63dbe8', '#ffffff'];
const levels = [0, 95, 135, 175, 215, 255];
const indexed = (n) =>
  n < 8 ? basic[n]
  : n < 16 ? bright[n - 8]
  : n < 232 ? `rgb(${levels[Math.floor((n - 16) / 36)]},${levels[Math.floor((n - 16) / 6) % 6]},${levels[(n - 16) % 6]})`
  : `rgb(${Array(3).fill(8 + (n - 232) * 10)})`;
const escape = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

let style = {};
function apply(codes) {
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    const color = () =>
      codes[++i] === 5 ? indexed(codes[++i]) : `rgb(${codes[++i]},${codes[++i]},${codes[++i]})`;
    if (code === 0) style = {};
    else if (code === 1) style.bold = true;
    else if (code === 22) delete style.bold;
    else if (code === 7) style.inverse = true;
    else if (code === 38) style.color = color();
    else if (code === 48) style.back = color();
    else if (code === 39) delete style.color;
    else if (code === 49) delete style.back;
    else if (code >= 30 && code < 38) style.color = basic[code - 30];
    else if (code >= 90 && code < 98) style.color = bright[code - 90];
    else if (code >= 40 && code < 48) style.back = basic[code - 40];
    else if (code >= 100 && code < 108) style.back = bright[code - 100];
  }
}

function span(text) {
  const [color, back] = style.inverse ? [style.back ?? '#0d1417', style.color ?? '#d7dde0'] : [style.color, style.back];
  const css = [color && `color:${color}`, back && `background:${back}`, style.bold && 'font-weight:bold'];
  return `<span style="${css.filter(Boolean).join(';')}">${escape(text)}</span>`;
}

const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const body = lines.map((line) =>
  line
    .split(/(\x1b\[[0-9;]*m)/)
    .map((part) => {
      const codes = /^\x1b\[([0-9;]*)m$/.exec(part);
      if (!codes) return part && span(part.replace(/\x1b[()][A-Z0-9]|[\x0e\x0f]/g, ''));
      apply(codes[1] === '' ? [0] : codes[1].split(';').map(Number));
      return '';
    })
    .join(''),
);
console.log(`<!doctype html><meta charset="utf-8"><style>
  html { background: #0d1417; }
  body { margin: 0; }
  pre { display: inline-block; margin: 0; padding: 14px 18px; width: ${columns}ch;
        color: #d7dde0; font: 13px/18.6px "DejaVu Sans Mono", monospace; }
</style><pre>${body.join('\n')}</pre>`);
