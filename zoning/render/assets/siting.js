// What a study of places adds: ranks, figures of a place, rasters over the ground.
const MAPS = 'ov:';                                 // their switches stand among those of the layers
const OVERLAYS = Object.fromEntries(SIT.ov.map(o => [MAPS + o.k, o]));
const NONE = {r: 0, h: [], f: [], gr: [], mo: [], b: [], dm: []};
const placeOf = p => ({...NONE, ...p.m});
const rankOf = p => p.m?.r || 0;
const RANKED = 'rank', GRAVE = 'gravity';
let order = SIT.ranked ? RANKED : GRAVE;
D.projects.forEach((p, at) => { p.listed = at; });
document.body.classList.add('siting', ...(SIT.ranked ? [] : ['norank']));

// ---- list
const sitRank = p => `<span class="rk num">${rankOf(p) || '–'}<span class="sr">${rankOf(p) ? '名次' : '未排名'}</span></span>`;
const sitMeta = p => [p.id === p.n ? '' : p.id, placeOf(p).br, p.d, rankOf(p) ? '' : placeOf(p).un || p.y];
function sitSort(rows) {
  if (order === GRAVE) rows.sort((a, b) => GRAVITY[a.v] - GRAVITY[b.v] || b.hi - a.hi || b.lo - a.lo || a.listed - b.listed);
}
function sitOrder() {
  if (!SIT.ranked) return;
  const button = (key, name) => `<button data-order="${key}" aria-pressed="${order === key}">${name}</button>`;
  $('#cnt').insertAdjacentHTML('beforeend', `<span class="seg" role="group" aria-label="排列">${button(RANKED, '名次')}${button(GRAVE, '严重程度')}</span>`);
}
$('.lh').onclick = e => {
  const key = e.target.closest('[data-order]')?.dataset.order;
  if (!key) return;
  order = key;
  apply();
  $(`.lh [data-order="${key}"]`).focus();
};
$('#q').placeholder = '名称、区县、单元编码';
$('#q').setAttribute('aria-label', '名称、区县、单元编码');
$('#list').setAttribute('aria-label', SIT.ranked ? `${SIT.what}，按名次，未排名的在后` : `${SIT.what}，按严重程度`);

// ---- names on the map
const sitTip = p => `${rankOf(p) ? `，第 ${rankOf(p)} 名` : ''}${placeOf(p).br ? `<br>${esc(placeOf(p).br)}` : ''}`;
const sitNamed = (sites, zoom) => sites.filter(s => zoom >= 10.5 || rankOf(s.p)).sort((a, b) => (rankOf(a.p) || 1e9) - (rankOf(b.p) || 1e9));
const sitLabel = (s, zoom) => [rankOf(s.p) || '', zoom >= 11.5 || (zoom >= 10.5 && !rankOf(s.p)) ? title(s) : ''].filter(Boolean).join(' ');

// on paper nothing lies on the map; where it is narrow the place goes above the legend
function sitRoom(room) {
  if (document.body.classList.contains('sheet')) return {paddingTopLeft: [40, 40], paddingBottomRight: [40, 40]};
  return room > 500 ? {} : {paddingTopLeft: [50, 60], paddingBottomRight: [room > 200 ? 440 : 20, $('#leg').offsetHeight + 40]};
}

// ---- rasters over the ground
const pictures = {};
function sitStart() {
  map.createPane('rasters').style.zIndex = 384;     // over units, under redlines, sites and names
  map.getPane('rasters').style.pointerEvents = 'none';
  for (const [key, o] of Object.entries(OVERLAYS)) state.layers[key] = Boolean(o.on && o.p.length);
  if (Object.keys(OVERLAYS).some(key => state.layers[key])) state.layers.control_unit = false;  // one tint at a time
}
function sitOnly(key) {                             // two tints over each other say neither
  if (OVERLAYS[key] && state.layers[key]) for (const other of Object.keys(OVERLAYS)) state.layers[other] = other === key;
}
function drawOverlays() {
  for (const [key, o] of Object.entries(OVERLAYS)) {
    if (state.layers[key]) (pictures[key] ??= L.layerGroup(o.p.map(([uri, corners]) => L.imageOverlay(uri, corners, {pane: 'rasters', opacity: o.op, className: 'raster', alt: ''})))).addTo(map);
    else if (pictures[key]) map.removeLayer(pictures[key]);
  }
}
function sitLegend() {
  return Object.entries(OVERLAYS).map(([key, o]) => {
    const bands = o.c.map(([, colour], i) => `<rect x="${.7 + i * 22.6 / o.c.length}" y="1.7" width="${22.6 / o.c.length}" height="10.6" fill="${esc(colour)}"/>`).join('');
    const swatch = `<svg class="sw" width="24" height="14" aria-hidden="true">${bands}<rect x=".7" y="1.7" width="22.6" height="10.6" fill="none" stroke="#8b8575"/></svg>`;
    const name = `<span class="lb" title="${esc(o.t)}">${esc(o.t)}${o.s ? '<sup>例</sup>' : ''}</span>`;
    if (!o.p.length) return `<div class="ly shut">${swatch}${name}<span class="no">不画</span></div><div class="lnote">${esc(o.n)}</div>`;
    const on = state.layers[key];
    const classes = `<div class="lcls">${o.c.map(([text, colour]) => `<span><i style="background:${esc(colour)}"></i>${esc(text)}</span>`).join('')}</div>`
      + `<label class="lop">透明<input type="range" min="20" max="100" step="5" value="${Math.round(100 * o.op)}" data-op="${esc(key)}" aria-label="${esc(o.t)}的不透明度">不透明</label>${o.n ? `<div class="lnote">${esc(o.n)}</div>` : ''}`;
    return `<button class="ly" role="switch" aria-checked="${on}" data-k="${esc(key)}">${swatch}${name}<span class="ck"></span></button>${on ? classes : ''}`;
  }).join('') + (SIT.circles ? `<div class="lnote">${esc(SIT.what)}边界可反推不公开的图层：只画位置和等面积圆</div>` : '');
}
$('#leg').oninput = e => {
  const key = e.target.dataset.op;
  if (!key) return;
  OVERLAYS[key].op = e.target.value / 100;
  pictures[key]?.eachLayer(picture => picture.setOpacity(OVERLAYS[key].op));
};

// ---- card
const figure = ([label, text, note]) => `<div><dt>${esc(label)}</dt><dd class="num">${text ? esc(text) : '<i>未核</i>'}${note ? `<small>${esc(note)}</small>` : ''}</dd></div>`;
function sitStanding(m) {
  if (!m.r) return m.un ? `<p class="sr0"><b>未排名</b>${esc(m.un)}</p>` : '';
  const span = m.sp && SIT.draws ? `权重抽样 ${SIT.draws} 次，九成在第 ${m.sp[0] === m.sp[1] ? m.sp[0] : `${m.sp[0]}–${m.sp[1]}`} 名` : '';
  return `<p class="sr1 num"><span>第 <b>${m.r}</b> 名<small>共 ${SIT.ranked} 个参加排名</small></span>${m.sc === undefined ? '' : `<span class="r">得分 <b>${m.sc.toFixed(2)}</b></span>`}</p>${span ? `<p class="m num">${span}</p>` : ''}`;
}
const hectares = ha => ha === null ? '未核' : number(Math.round(100 * ha) / 100);
function groundBar(parts) {
  const whole = parts.reduce((sum, [, ha]) => sum + (ha || 0), 0);
  if (!whole) return '';
  const text = parts.map(([name, ha]) => `${name} ${hectares(ha)}`).join('，');
  return `<div class="cls" role="img" aria-label="${esc(text)} 公顷">${parts.filter(part => part[1]).map(([, ha, colour]) => `<i style="width:${100 * ha / whole}%;background:${esc(colour)}"></i>`).join('')}</div>`
    + `<div class="lcls num" aria-hidden="true"><span>公顷</span>${parts.map(([name, ha, colour]) => `<span><i style="background:${esc(colour)}"></i>${esc(name)} ${hectares(ha)}</span>`).join('')}</div>`;
}
function monthChart(months) {
  if (!months.length) return '';
  const w = 340, base = 104, tall = 78, step = w / 12, most = Math.max(...months), sum = months.reduce((a, b) => a + b, 0);
  const columns = months.map((v, i) => {
    const h = most ? v / most * tall : 0, x = i * step;
    return `<rect x="${(x + step * .17).toFixed(1)}" y="${(base - h).toFixed(1)}" width="${(step * .66).toFixed(1)}" height="${h.toFixed(1)}"/>`
      + `<text x="${(x + step / 2).toFixed(1)}" y="${(base - h - 4).toFixed(1)}">${Math.round(v)}</text><text class="ax" x="${(x + step / 2).toFixed(1)}" y="${base + 14}">${i + 1}</text>`;
  }).join('');
  const spoken = months.map((v, i) => `${i + 1} 月 ${Math.round(v)}`).join('，');
  return `<h4>逐月比发电量<small>kWh/kWp，全年 ${number(Math.round(sum))}</small></h4>`
    + `<svg class="months num" width="${w}" height="122" viewBox="0 0 ${w} 122" role="img" aria-label="逐月比发电量，kWh/kWp：${spoken}"><path d="M0 ${base}H${w}"/>${columns}</svg>`
    + (SIT.sun ? `<div class="m">${esc(SIT.sun)}</div>` : '');
}
function scoreBars(m) {
  if (!m.b.length) return '';
  const top = Math.max(...m.b.map(([, weight]) => weight)), room = 104;
  const rows = m.b.map(([score, weight, adds], i) => {
    const wide = room * weight / top, said = score === null ? '不计' : `${score.toFixed(2)} × ${weight.toFixed(2)} = ${adds.toFixed(2)}`;
    return `<tr${SIT.cr[i] === m.de ? ' class="de"' : ''}><th scope="row">${esc(SIT.cr[i])}</th><td><svg width="${room}" height="12" aria-hidden="true"><rect class="bg" width="${wide.toFixed(1)}" height="12"/><rect width="${(wide * (score || 0)).toFixed(1)}" height="12"/></svg></td><td class="num">${said}</td></tr>`;
  }).join('');
  return `<h4>得分构成<small>得分 × 权重 = 计入；条长为权重，实心为计入</small></h4><table class="score" aria-label="得分构成">${rows}</table>`
    + (m.de ? `<p class="m">与其他${esc(SIT.what)}相差最大的一项：<b>${esc(m.de)}</b></p>` : '');
}
function gate(m) {
  if (!m.ga) return '';
  const [text, colour, told] = m.ga;
  return `<div class="gate ${esc(colour)}"><b>${esc(told)}</b><span>${esc(SIT.said[text])}</span></div>`;
}
function sitCard(p) {
  const m = placeOf(p);
  if (!p.m) return '';
  const demands = m.dm.map(at => `<li>${esc(SIT.said[at])}</li>`).join('');
  return `<section class="sit" aria-label="选址">${sitStanding(m)}<dl class="heads">${m.h.map(figure).join('')}</dl>${groundBar(m.gr)}${gate(m)}${monthChart(m.mo)}${scoreBars(m)}`
    + (m.f.length ? fold('地形和周边', '', `<dl class="more">${m.f.map(figure).join('')}</dl>`, true) : '')
    + (demands ? fold('须补要求', m.dm.length, `<ul class="dms">${demands}</ul>`, !m.f.length) : '')
    + (SIT.note ? `<p class="m">${esc(SIT.note)}</p>` : '') + '<h3 class="per">逐条判定</h3></section>';
}

// ---- paper: the map, then the open card in full; what is folded is unfolded
let opened = [];
addEventListener('beforeprint', () => {
  document.body.classList.add('sheet');
  opened = [...document.querySelectorAll('#card details:not([open])')];
  opened.forEach(each => { each.open = true; });
  map.invalidateSize({animate: false});
  state.open ? fly(state.open.c, true) : home(false);
});
addEventListener('afterprint', () => {
  document.body.classList.remove('sheet');
  opened.forEach(each => { each.open = false; });
  map.invalidateSize({animate: false});
  state.open ? fly(state.open.c, true) : home(false);
});
