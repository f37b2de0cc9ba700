// The card says what `why` says, in the same order.
const MARKS = {
  fires: '<circle cx="6" cy="6" r="5" fill="#22282B"/>',
  open: '<circle cx="6" cy="6" r="4.3" fill="#fff" stroke="#22282B" stroke-width="1.4"/><path d="M6 1.7a4.3 4.3 0 0 0 0 8.6Z" fill="#22282B"/>',
  suspected: '<circle cx="6" cy="6" r="4.3" fill="#fff" stroke="#6B5000" stroke-width="1.3" stroke-dasharray="2.2 1.6"/>',
  assumed: '<path d="M6 1 11 6 6 11 1 6Z" fill="#fff" stroke="#22282B" stroke-width="1.4"/>',
  note: '<circle cx="6" cy="6" r="2" fill="#687178"/>',
};
const tag = (text, plain = true) => text ? `<span class="tag${plain ? '' : ' w'}">${esc(text)}</span>` : '';
const fold = (name, count, body, first, open) => `<details class="${first ? 'first' : ''}"${open ? ' open' : ''}><summary>${name} <span class="n">${count}</span></summary>${body}</details>`;

function unitBar(site) {
  const part = share => share === null ? '' : ` ${number(Math.round(share * 10) / 10)} %`;
  const label = site.u.map(([code, name, cls, share, sure]) => `${esc(cls)}${part(share)}${sure ? '' : '（可能）'}　${esc(code)}${name && name !== code ? ' ' + esc(name) : ''}`);
  const known = site.u.filter(u => u[3] > 0);
  return (known.length ? `<div class="cls">${known.map(u => `<i style="width:${Math.min(100, u[3])}%;background:${W.unit[u[2]] || '#ddd'}"></i>`).join('')}</div>` : '')
    + label.map(text => `<div class="m num">${text}</div>`).join('');
}
function evidence(site, piece, direction, alone) {
  const [at, low, high, measured, text, answer] = piece, test = D.tests[at];
  const words = text ? `<div class="m num" title="${esc(test.c || test.f)}">${alone || !test.l || text.startsWith(test.l) ? '' : esc(test.l) + '：'}${esc(text)}</div>` : '';
  const numeric = answer !== 'false' && !/\.within$/.test(test.f) && test.k !== null && test.o && (low !== null || high !== null);
  if (numeric) return intervalBar(test, low, high, measured, direction === 'N' ? 'U' : direction, site.ha) + words;
  return words;
}
function finding(site, found) {
  const head = D.heads[found.h], pieces = found.e || [];
  const units = pieces.some(p => D.tests[p[0]].y === 'control_unit') && site.u.length ? unitBar(site) : '';
  const body = pieces.map(p => evidence(site, p, head.d, pieces.length === 1)).join('');
  const cites = head.c.map(([text, seen]) => `<div class="ct">${esc(text)}${tag(...(W.seen[seen] || [seen, 0]))}</div>`).join('');
  const status = W.status[head.s] || [head.s, 1];
  const ask = found.o === 'fires' ? head.m : found.z || head.m;
  return `<div class="fi" data-rule="${esc(head.r)}"><svg class="mk" width="12" height="12" role="img" aria-label="${esc(W.outcome[found.o][1])}">${MARKS[found.o] || MARKS.note}</svg>`
    + `<div class="t" title="${esc(head.r)}">${esc(head.t)}${found.o === 'open' ? tag(W.outcome.open[1]) : ''}${tag(status[0] && head.a ? `${status[0]} ${head.a}` : status[0], status[1])}</div>`
    + units + body + cites
    + (head.n ? `<div class="m">注：${esc(head.n)}</div>` : '')
    + (ask ? `<div class="dm"><b>${found.o === 'fires' || found.o === 'assumed' ? '要求' : '要定下来'}</b><span>${esc(ask)}</span></div>` : '') + '</div>';
}
function group(site, key) {
  const [name, decision] = W.direction[key];
  const found = site.f.filter(f => ACTIVE.has(f.o) && D.heads[f.h].d === key);
  if (!found.length) return '';
  const icon = {F: 'F', C: 'C', U: 'U'}[key];
  return `<h3 class="gr d${key}">${icon ? symbol(icon, 15) : ''}<span>${name}</span><span class="n">${found.length}</span></h3>`
    + found.map(f => finding(site, f)).join('');
}
function clearRow(found) {
  const pieces = found.e || [];
  const text = pieces.map(p => p[4]).find(Boolean) || '';
  return `<span title="${esc(D.heads[found.h].r)}">${esc(D.heads[found.h].t)}</span><span>${esc(text)}</span>`;
}
function folded(site) {
  const of = outcome => site.f.filter(f => f.o === outcome);
  const placed = f => f.e && D.tests[f.e[0][0]].y ? 0 : 1;  // what was looked for on the ground comes first
  const suspected = of('suspected'), clear = of('clear').sort((a, b) => placed(a) - placed(b)), unseen = of('unreviewed'), notes = of('note').concat(
    site.f.filter(f => ACTIVE.has(f.o) && D.heads[f.h].d === 'N'));
  const parts = [];
  // what may still refuse stands open: the worst end of the range is read there
  if (suspected.length) parts.push(['疑似，依据未核实', suspected.length, suspected.map(f => finding(site, f)).join(''), true]);
  if (notes.length) parts.push([W.direction.N[0], notes.length, notes.map(f => finding(site, f)).join('')]);
  if (clear.length) parts.push(['核查过，不涉及', clear.length, `<div class="b neg num">${clear.map(clearRow).join('')}</div>`]);
  const beyond = D.unheld.concat(unseen.map(f => [D.heads[f.h].t, D.heads[f.h].p]));  // layers not held, then rules that turn on them
  if (beyond.length) parts.push(['未核查', beyond.length, `<div class="b neg">${beyond.map(([what, who]) => `<span>${esc(what)}</span><span>${esc(who)}</span>`).join('')}</div>`]);
  return parts.map((p, i) => fold(p[0], p[1], p[2], i === 0, p[3])).join('');
}
const box = (name, items, cls = '') => items.length ? `<div class="box ${cls}"><b>${name}</b><ul>${items.map(t => `<li>${esc(t)}</li>`).join('')}</ul></div>` : '';
function component(site, alone) {
  const active = site.f.some(f => ACTIVE.has(f.o) && D.heads[f.h].d !== 'N');
  const head = alone ? '' : `<button class="cp" data-c="${esc(site.id)}">${symbol(site.v, 18)}<b>${esc(site.n || site.id)}</b><span class="k">${esc(site.kd)} · ${word(site.v)}${site.ll ? '' : ' · 无位置'}</span>${range(site.lo, site.hi)}</button>`
    + `<div class="cl num">${site.ln.map(parts).join('<br>')}</div>`;
  return head + box(`这一行存疑 ${site.e.length} 处，先核对再用结论`, site.e) + box('要定下来', site.r, 'ask')
    + ['F', 'U', 'C'].map(key => group(site, key)).join('')
    + (active || site.v !== 'A' ? '' : `<p style="margin:12px 0 0">${esc(W.admitted)}</p>`) + folded(site);
}

// small map of the districts
const EXTENT = (() => { const [[s, w], [n, e]] = D.bounds; return {s, w, n, e, k: Math.cos((s + n) * Math.PI / 360)}; })();
const LOC = (() => { const {s, w, n, e, k} = EXTENT, scale = Math.min(62 / ((e - w) * k), 70 / (n - s)); return c => [1 + (c[0] - w) * k * scale, 1 + (n - c[1]) * scale]; })();
const PATHS = D.districts.map(d => [d.n, outer(d.g).map(ring => 'M' + ring.filter((_, i) => ring.length < 60 || i % 3 === 0).map(c => LOC(c).map(v => v.toFixed(1)).join(' ')).join('L') + 'Z').join('')]);
const locator = p => !PATHS.length ? '' : `<svg class="loc" width="64" height="72" aria-hidden="true">${PATHS.map(([n, d]) => `<path d="${d}" fill="${n === p.d ? '#DAD4C4' : '#F3F0E8'}" stroke="#B9B19C" stroke-width=".6"/>`).join('')}${p.c.filter(s => s.ll).map(s => { const [x, y] = LOC(s.ll); return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3.2" fill="${word(s.v, COLOUR)}" stroke="#fff" stroke-width="1.2"/>`; }).join('')}</svg>`;

function editions() {
  return fold('数据与规则版本', '', `<div class="b num">${D.sources.map(([name, day, hash, made]) => `${esc(name)} ${esc(day)}${hash ? `（${esc(hash)}…）` : ''}${made ? ' 示例' : ''}`).join('<br>')}<br>${esc(D.editions)}</div>`);
}
function drawCard() {
  const p = state.open, card = $('#card');
  document.body.classList.toggle('carded', Boolean(p));
  if (!p) { card.innerHTML = ''; return; }
  const alone = p.c.length === 1, i = state.rows.indexOf(p), lines = alone ? p.c[0].ln : [[p.d, p.w, p.st].filter(Boolean).join(' · '), `${p.c.length} 个组成部分：${p.c.map(s => s.n || s.id).join('、')}`];
  const besides = p.b && p.b !== p.v ? `；除管控单元研判外 ${word(p.b)}` : '';
  const verdict = p.lo === p.hi ? '上下限一致，已定' : `至少 ${word(ENDS[p.lo])}，最坏 ${word(ENDS[p.hi])}`;
  card.setAttribute('aria-label', `${p.id} ${p.n}`);
  card.innerHTML = `<div class="c1"><div class="id num">${parts([p.id === p.n ? '' : p.id, p.k, p.s ? '示例数据' : ''].filter(Boolean).join(' · '))}</div><h2>${esc(p.n)}</h2>`
    + `<div class="ln num">${lines.map(parts).join('<br>')}${p.o ? '<br>' + esc(p.o) : ''}</div>${locator(p)}<button class="x" aria-label="关闭" id="x">×</button></div>`
    + `<div class="con ${p.v}">${symbol(p.v, 26)}<div class="w" style="color:${word(p.v, TEXT)}"><span id="verdict">${word(p.v)}</span><small class="num">${verdict}${besides}</small></div><span class="g num">${range(p.lo, p.hi)}<span class="ax" aria-hidden="true"><span>通过</span><span>受限</span><span>不通过</span></span></span></div>`
    + `<div class="scr" tabindex="0">${box('设定', D.assumed)}${SIT ? sitCard(p) : ''}${p.c.map(s => component(s, alone)).join('')}${editions()}`
    + (D.level || !p.c.some(s => s.f.some(f => f.e)) ? '<p class="cl">本页未收全部依据的数字；其余见 findings.csv。</p>' : '') + '</div>'
    + `<div class="cf"><span>${esc(W.disclaimer)}</span><span class="nv"><button id="pv" aria-label="上一项" ${i > 0 ? '' : 'disabled'}>↑</button><button id="nx" aria-label="下一项" ${i >= 0 && i < state.rows.length - 1 ? '' : 'disabled'}>↓</button></span></div>`;
  $('#x').onclick = shut;
  $('#pv').onclick = () => step(-1);
  $('#nx').onclick = () => step(1);
  card.querySelectorAll('.cp').forEach(button => { button.onclick = () => fly(p.c.filter(s => s.id === button.dataset.c)); });
}
