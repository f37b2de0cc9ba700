// List, search, keyboard. State is one object; apply() redraws.
const ROW = 52, list = $('#list'), inner = list.querySelector('.in');
const INDEX = new Map(D.projects.map((p, at) => [p, at]));
for (const p of D.projects) p.find = `${p.id} ${p.n} ${p.d} ${p.q}`.toLowerCase();
const matches = (p, anyVerdict) => (anyVerdict || !state.verdicts.size || state.verdicts.has(p.v)) && (!state.query || p.find.includes(state.query));

function drawRows() {                               // only the rows in view exist
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 6);
  const last = Math.min(state.rows.length, first + Math.ceil((list.clientHeight || 800) / ROW) + 12);
  let html = '';
  for (let i = first; i < last; i++) {
    const p = state.rows[i], nowhere = p.c.every(s => !s.ll), doubts = p.c.reduce((sum, s) => sum + s.e.length, 0);
    const meta = (SIT ? sitMeta(p) : [p.id, p.d, p.w, p.y]).filter(Boolean).map(esc).join(' · ');
    html += `<div class="row" role="option" id="o-${INDEX.get(p)}" aria-posinset="${i + 1}" aria-setsize="${state.rows.length}" data-at="${INDEX.get(p)}" data-id="${esc(p.id)}" style="top:${i * ROW}px">`
      + `${SIT ? sitRank(p) : ''}<span class="sy">${symbol(p.v, 20)}</span><div class="nm">${esc(p.n)}</div><div class="mt num">${nowhere ? '<span class="nowhere">无位置</span>' : ''}${doubts ? `<span class="nowhere doubt">存疑 ${doubts}</span>` : ''}${meta}</div>${range(p.lo, p.hi)}<span class="sr">${word(p.v)}</span></div>`;
  }
  inner.style.height = state.rows.length * ROW + 'px';
  const none = D.crowd ? `列出的 ${D.projects.length} 项中没有符合条件的；其余项目见图上方格和 verdicts.csv。` : '没有符合条件的项目。';
  inner.innerHTML = html || `<div class="empty">${none}<br><button id="none">清除条件</button></div>`;
  if (!html) $('#none').onclick = clear;
  markRows();
}
function markRows() {
  inner.querySelectorAll('.row').forEach(row => {
    const p = D.projects[row.dataset.at];
    row.classList.toggle('hot', p === state.hot);
    row.classList.toggle('on', p === state.open);
    row.setAttribute('aria-selected', String(p === state.open));
  });
}
function drawCounts() {
  const n = Object.fromEntries(VERDICTS.map(key => [key, state.query ? 0 : D.counts[key]]));
  if (state.query) for (const p of D.projects) if (matches(p, true)) n[p.v]++;
  const off = key => state.verdicts.size && !state.verdicts.has(key);
  $('#bar').innerHTML = VERDICTS.filter(key => n[key]).map(key => `<i class="${key}" style="flex:${n[key]} 0 0;${off(key) ? 'opacity:.25' : ''}"></i>`).join('');
  $('#bar').setAttribute('aria-label', VERDICTS.map(key => `${word(key)} ${n[key]}`).join('，'));
  $('#chips').innerHTML = VERDICTS.map(key => `<button class="chip num ${off(key) ? 'off' : ''}" data-k="${key}" aria-pressed="${state.verdicts.has(key)}" title="${word(key)}"><b>${symbol(key, 16)}${n[key]}</b><span>${word(key, SHORT)}</span></button>`).join('');
  const chosen = state.verdicts.size || state.query;
  $('#chips').classList.toggle('long', Object.values(D.counts).some(count => count > 9999));
  const total = Object.values(D.counts).reduce((a, b) => a + b, 0), cut = total > D.projects.length;
  $('#cnt').innerHTML = chosen ? `${state.rows.length} / ${D.projects.length} 项 <button id="clr">清除</button>` : cut ? `列最严重的 ${D.projects.length} 项，共 ${total} 项` : SIT ? `${total} 个${esc(SIT.what)}` : `${total} 项，按严重程度`;
  if (chosen) $('#clr').onclick = clear;
  if (SIT) sitOrder();
}
function apply() {
  state.rows = D.projects.filter(p => matches(p));
  if (SIT) sitSort(state.rows);
  state.visible = new Set(state.rows);
  list.scrollTop = 0;
  drawCounts();
  drawRows();
  drawSites();
  drawCrowd();
}
function clear() {
  state.verdicts.clear();
  state.query = $('#q').value = '';
  apply();
}
function hover(p) {
  state.hot = p;
  markRows();
  markSites();
}
function show(p, fast) {                            // everything that follows from which card is open
  state.open = p;
  state.auto = new Set((p?.c || []).flatMap(s => s.f).filter(f => ACTIVE.has(f.o)).flatMap(f => f.e || []).map(e => D.tests[e[0]].y).filter(Boolean));
  drawCard();
  drawLines();
  if (p) fly(p.c, fast);
  drawLayers();
  drawSites();
  markRows();
}
function remember(hash) {                           // inside a notebook the page has no address
  try { history.replaceState(null, '', location.href.split('#')[0] + hash); } catch { /* nothing to remember in */ }
}
function open(p, fast) {
  show(p, fast);
  const at = state.rows.indexOf(p), top = at * ROW;
  if (at >= 0 && (top < list.scrollTop || top + ROW > list.scrollTop + list.clientHeight)) list.scrollTop = top - 120;
  drawRows();
  list.setAttribute('aria-activedescendant', 'o-' + INDEX.get(p));
  if (!fast) remember('#' + encodeURIComponent(p.id));
}
function shut() {
  show(null);
  list.removeAttribute('aria-activedescendant');
  remember('');
  list.focus({preventScroll: true});
}
function step(by) {
  const at = state.rows.indexOf(state.open) + by;
  if (state.rows.length) open(state.rows[Math.min(state.rows.length - 1, Math.max(0, at))]);
}

list.addEventListener('scroll', () => requestAnimationFrame(drawRows));
inner.onclick = e => { const row = e.target.closest('.row'); if (row) open(D.projects[row.dataset.at]); };
inner.onmouseover = e => { const row = e.target.closest('.row'); hover(row ? D.projects[row.dataset.at] : null); };
inner.onmouseleave = () => hover(null);
$('#chips').onclick = e => {
  const key = e.target.closest('.chip')?.dataset.k;
  if (!key) return;
  if (!state.verdicts.delete(key)) state.verdicts.add(key);
  apply();
};
$('#q').oninput = e => { state.query = e.target.value.trim().toLowerCase(); apply(); };
list.onkeydown = e => {
  if (e.key === 'ArrowDown') { step(1); e.preventDefault(); }
  if (e.key === 'ArrowUp') { step(-1); e.preventDefault(); }
  if (e.key === 'Enter' && state.open) $('#card').focus();
};
document.onkeydown = e => {
  if (e.key === 'Escape') { if (state.open) shut(); else clear(); }
  if (e.key === '/' && e.target.tagName !== 'INPUT') { $('#q').focus(); e.preventDefault(); }
};
map.on('zoomend', () => { drawLayers(); });
map.on('moveend', () => { drawSites(); drawFoot(); });

home(false);
apply();
drawLayers();
drawFoot();
const start = D.projects.find(p => '#' + encodeURIComponent(p.id) === location.hash || '#' + p.id === location.hash);
if (start) open(start, true);
