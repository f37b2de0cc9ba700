// Data, words and glyphs. Text from files passes through esc() on its way into the page.
const D = JSON.parse(document.getElementById('zoning-data').textContent);
const W = D.words;
const SIT = D.siting;                               // a study of places: siting.js; a screening has none
const state = {open: null, hot: null, query: '', verdicts: new Set(), layers: {}, auto: new Set(), rows: [], visible: new Set()};
const $ = selector => document.querySelector(selector);
const esc = text => String(text ?? '').replace(/\u2009/g, '\u202f').replace(/[&<>"'`]/g, c => '&#' + c.charCodeAt(0) + ';');

// a line of parts: it breaks between them, never inside a date
const parts = text => String(text).split(' · ').map(each => `<span class="nb">${esc(each)}</span>`).join(' · ');

const VERDICTS = Object.keys(W.verdict);            // gravest first
const GRAVITY = Object.fromEntries(VERDICTS.map((key, at) => [key, at]));
const [ZH, SHORT, COLOUR, TEXT, , SVG] = [0, 1, 2, 3, 4, 5];
const word = (key, at = ZH) => W.verdict[key][at];
const ENDS = 'ACF';                                 // stops of a range, mild to grave
const ACTIVE = new Set(['fires', 'open', 'assumed']);
const OUTCOMES = Object.keys(W.outcome);
// findings without evidence come as [rule, outcome]
for (const p of D.projects) for (const s of p.c) s.f = s.f.map(f => Array.isArray(f) ? {h: f[0], o: OUTCOMES[f[1]]} : f);

// shape and mark carry the verdict, colour only repeats it
const symbol = (key, size = 18, cls = '') =>
  `<svg class="${cls}" width="${size}" height="${size}" viewBox="0 0 20 20" aria-hidden="true">${word(key, SVG)}</svg>`;

const STOPS = [7, 46, 85];
function range(low, high) {
  const label = low === high ? word(ENDS[low])
    : `至少 ${word(ENDS[low])}，最坏 ${word(ENDS[high])}`;
  let s = `<svg class="rg" width="92" height="22" viewBox="0 0 92 22" role="img" aria-label="${label}"><path d="M7 11h78" stroke="#D5D0C4"/>`;
  for (const x of STOPS) s += `<path d="M${x} 8.5v5" stroke="#BDB7A9"/>`;
  if (low !== high) s += `<path d="M${STOPS[low]} 11H${STOPS[high]}" stroke="#454A8C" stroke-width="5" stroke-opacity=".32"/>`;
  for (const at of new Set([low, high]))
    s += `<svg x="${STOPS[at] - 6.5}" y="4.5" width="13" height="13" viewBox="0 0 20 20">${word(ENDS[at], SVG)}</svg>`;
  return s + '</svg>';
}

const number = x => Number(x).toLocaleString('en', {maximumFractionDigits: Math.abs(x) < 1 ? 4 : Math.abs(x) < 100 ? 2 : Math.abs(x) < 1000 ? 1 : 0}).replace(/,/g, '\u202f');

// units as people read them: [factor, name, decimals kept by number()]
function unit(name, largest) {
  if (name === 'm2') return largest >= 1e3 ? [1e-4, 'ha'] : [1, 'm²'];
  if (name === 'm') return largest >= 2e4 ? [1e-3, 'km'] : [1, 'm'];
  if (name === '1') return [100, '%'];
  if (name === 'deg') return [1, '°'];
  return [1, name];
}

// Interval bar: hatched where the rule fires, line = limit, black = interval, tick = measured.
// An open end (null) runs to the edge and fades.
function intervalBar(test, low, high, measured, direction, siteArea) {
  const w = 340, y = 26, known = [test.k, low, high, measured].filter(v => v !== null);
  const [factor, name] = unit(test.u, Math.max(...known.map(Math.abs)));
  const limit = test.k * factor, at = v => v === null ? null : v * factor;
  const lo = at(low), hi = at(high), mid = at(measured);
  const top = Math.max(...known) * factor, least = Math.min(...known) * factor;
  let min = least < 0 ? least * 1.35 : 0, max = Math.max(limit * 1.55, top * 1.2, least < 0 ? 0 : 1e-6);
  if (max <= min) max = min + 1;
  const above = test.o.startsWith('>');
  const area = test.u === 'm2' && test.y && siteArea && hi !== null && hi / (siteArea * factor) > .12;
  if (lo !== null && hi !== null && limit > 0 && (hi - lo) / limit < .3 && Math.abs((lo + hi) / 2 - limit) / limit < .6) {
    const half = Math.max(hi - lo, Math.abs((mid ?? (lo + hi) / 2) - limit) * 1.2, limit * .004) * 2.2;
    const step = half > 100 ? 50 : half > 10 ? 5 : half > 1 ? 1 : half / 10;
    min = Math.max(least < 0 ? -Infinity : 0, Math.floor((limit - half) / step) * step);
    max = Math.ceil((limit + half) / step) * step;
  } else if (area) max = siteArea * factor * 1.005;
  const x = v => 1 + Math.min(1, Math.max(0, (v - min) / (max - min))) * (w - 2);
  const denied = Boolean(test.n);
  const upper = above !== denied;
  const fire = upper ? [x(limit), w - 1] : [1, x(limit)];
  const from = lo === null ? 1 : x(lo), to = hi === null ? w - 1 : x(hi), lx = x(limit);
  const text = lo === null && hi === null ? '未知' : lo === null ? `≤ ${number(hi)} ${name}`
    : hi === null ? `≥ ${number(lo)} ${name}`
      : number(lo) === number(hi) ? `${number(lo)} ${name}` : `${number(lo)}–${number(hi)} ${name}`;
  const tw = text.length * 6.4, tx = Math.min(Math.max((from + to) / 2, tw / 2), w - tw / 2);
  const colour = direction === 'F' ? '#A3262A' : direction === 'U' ? '#454A8C' : '#8A5A00';
  const sign = {'<=': '≤', '>=': '≥'}[test.o] || test.o;
  const bound = limit === 0 && above ? '界限 0' : `界限 ${denied ? '非 ' : ''}${sign} ${number(limit)} ${name}`;
  const right = lx > w / 2, fade = (lo === null || hi === null) ? ' fill-opacity=".55"' : '';
  const edge = (px, anchor, t) => `<text x="${px}" y="46" text-anchor="${anchor}" font-size="11" fill="#687178">${t}</text>`;
  return `<svg class="ib num" width="${w}" height="48" viewBox="0 0 ${w} 48" role="img" aria-label="${esc(test.l)} ${esc(text)}；${esc(bound)}">`
    + `<rect x="${fire[0]}" y="${y - 6}" width="${Math.max(2, fire[1] - fire[0])}" height="12" fill="url(#h${direction})" opacity=".45"/>`
    + `<path d="M1 ${y + 6}H${w - 1}" stroke="#8b9297"/><path d="M${lx} ${y - 9}V${y + 9}" stroke="${colour}" stroke-width="1.6"/>`
    + `<text x="${lx}" y="11" text-anchor="${right ? 'end' : 'start'}" font-size="11" fill="${colour}">${esc(bound)}</text>`
    + `<rect x="${from}" y="${y - 3}" width="${Math.max(3, to - from)}" height="6" fill="#22282B"${fade} rx="1"/>`
    + (mid === null ? '' : `<path d="M${x(mid)} ${y - 7}v14" stroke="#22282B" stroke-width="1.4"/>`)
    + `<text x="${tx}" y="46" text-anchor="middle" font-size="11.5" fill="#22282B" font-weight="500">${esc(text)}</text>`
    + (tx - tw / 2 > 46 ? edge(0, 'start', number(min)) : '')
    + (tx + tw / 2 < w - 70 ? edge(w, 'end', area ? '占地 ' + number(siteArea * factor) : number(max)) : '') + '</svg>';
}
