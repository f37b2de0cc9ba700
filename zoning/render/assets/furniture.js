// Legend (which is the layer switch), tools, foot, banner.
const PRIMARY = new Set(['control_unit', 'redline', 'water_source', 'park', 'basic_farmland', 'river_bank', 'protected_area']);
let unfolded = false;
function swatch(g) {
  const box = (x, w, fill, extra) => `<rect x="${x}" y="1.7" width="${w}" height="10.6" ${fill} ${extra}/>`;
  const edge = `stroke="${esc(g.st)}" stroke-width="${Math.max(1, g.w)}" ${g.ds ? `stroke-dasharray="${esc(g.ds)}"` : ''}`;
  let inner;
  if (g.cl.length) inner = g.cl.map((c, i) => box(.7 + i * 22.6 / g.cl.length, 22.6 / g.cl.length, `fill="${esc(c[5])}"`, '')).join('') + box(.7, 22.6, 'fill="none"', `stroke="${esc(g.st)}"`);
  else if (g.pt) inner = box(.7, 22.6, `fill="url(#${esc(g.pt)})"`, edge);
  else if (g.fl) inner = box(.7, 22.6, `fill="${esc(g.fl)}" fill-opacity="${Math.max(g.op, .12)}"`, edge);
  else inner = `<path d="M0 7h24" fill="none" ${edge}/>`;
  return `<svg class="sw" width="24" height="14" aria-hidden="true">${inner}</svg>`;
}
function legendRow(entry) {
  const name = `<span class="lb" title="${esc(entry.t)}">${esc(entry.t)}${entry.s ? '<sup>例</sup>' : ''}</span>`;
  if (!entry.f) return `<div class="ly shut">${swatch(entry.g)}${name}<span class="no">${entry.h === 'clipped' ? '仅示套合' : '几何不公开'}</span></div>`;
  const on = shown(entry.k);
  const classes = on && entry.g.cl.length ? `<div class="lsub">${entry.g.cl.map(c => `<span><i style="background:${esc(c[5])}"></i>${esc(c[0])}</span>`).join('')}</div>` : '';
  return `<button class="ly" role="switch" aria-checked="${on}" data-k="${esc(entry.k)}">${swatch(entry.g)}${name}${entry.near ? '<span class="no">仅项目周边</span>' : ''}<span class="ck"></span></button>${classes}`;
}
function drawLegend() {
  const first = D.layers.filter(e => PRIMARY.has(e.k)), rest = D.layers.filter(e => !PRIMARY.has(e.k));
  const lit = rest.filter(e => e.f && shown(e.k)).length;
  const hatch = '<svg class="sw" width="24" height="14" aria-hidden="true"><rect x="1" y="1.5" width="22" height="11" fill="url(#hF)" stroke="#A3262A"/></svg>';
  $('#leg').innerHTML = `<h2>图层与图例${D.layers.some(e => e.s) ? '<span>例：示例数据</span>' : ''}</h2>${SIT ? sitLegend() : ''}${first.map(legendRow).join('')}`
    + (rest.length ? `<details ${unfolded ? 'open' : ''}><summary>其他图层 <span class="n">${rest.length}${lit ? `，开 ${lit}` : ''}</span></summary>${rest.map(legendRow).join('')}</details>` : '')
    + `<div class="ly key">${hatch}<span>项目内的冲突部分</span></div>`;
  const more = $('#leg details');
  if (more) more.ontoggle = () => { unfolded = more.open; };
}
$('#leg').onclick = e => {
  const button = e.target.closest('button.ly');
  if (!button) return;
  const key = button.dataset.k, on = shown(key);
  state.layers[key] = !on;
  state.auto.delete(key);
  drawLayers();
  $(`#leg button[data-k="${CSS.escape(key)}"]`)?.focus();
};

const ICONS = [
  ['zi', '放大', '<path d="M9 3v12M3 9h12"/>', () => map.zoomIn(1)],
  ['zo', '缩小', '<path d="M3 9h12"/>', () => map.zoomOut(1)],
  ['hm', '全部范围', '<path d="M2.5 6V2.5H6M12 2.5h3.5V6M15.5 12v3.5H12M6 15.5H2.5V12"/>', () => home(true)],
  ['ms', '量距', '<path d="M2 12.5 12.5 2 16 5.5 5.5 16ZM5 9.5l1.5 1.5M7.500 7l2 2M10 4.5l1.5 1.5"/>', () => measure()],
];
$('#tools').innerHTML = ICONS.map(([id, name, path]) => `<button id="${id}" title="${name}" aria-label="${name}"${id === 'ms' ? ' aria-pressed="false"' : ''}><svg width="18" height="18" viewBox="0 0 18 18" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${path}</svg></button>`).join('');
for (const [id, , , act] of ICONS) $('#' + id).onclick = act;

let ruler = null;
function measure() {
  const stop = ruler;
  if (stop) { stop.group.remove(); map.off('click', stop.add); ruler = null; } else {
    const points = [], group = L.layerGroup().addTo(map);
    const add = e => {
      points.push(e.latlng);
      group.clearLayers();
      const line = L.polyline(points, {color: '#22282B', weight: 1.6, dashArray: '5 3', interactive: false}).addTo(group);
      let metres = 0;
      for (let i = 1; i < points.length; i++) metres += map.distance(points[i - 1], points[i]);
      points.forEach(p => L.circleMarker(p, {radius: 3, color: '#22282B', weight: 1.5, fillColor: '#fff', fillOpacity: 1, interactive: false}).addTo(group));
      if (metres) line.bindTooltip((metres / 1000).toFixed(2) + ' km', {permanent: true, className: 'tip', direction: 'right'}).openTooltip(e.latlng);
    };
    map.on('click', add);
    ruler = {group, add};
  }
  $('#ms').setAttribute('aria-pressed', String(Boolean(ruler)));
  map.getContainer().style.cursor = ruler ? 'crosshair' : '';
}

const metresPerPixel = () => 156543.034 * Math.cos(map.getCenter().lat * Math.PI / 180) / 2 ** map.getZoom();
const place = (lon, lat, digits) => `${lon.toFixed(digits)}°E ${lat.toFixed(digits)}°N`;
function drawFoot() {
  const room = metresPerPixel() * 110, power = 10 ** Math.floor(Math.log10(room)), lead = room / power;
  const length = (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
  $('#scale').innerHTML = `<i style="width:${length / metresPerPixel()}px"></i>${length >= 1000 ? length / 1000 + ' km' : length + ' m'}`;
  const c = map.getCenter();
  $('#pos').textContent = place(c.lng, c.lat, 3);
}
map.on('mousemove', e => { $('#pos').textContent = place(e.latlng.lng, e.latlng.lat, 4); });

document.documentElement.lang = 'zh-CN';
$('#h1').textContent = D.title;
$('#sub').textContent = D.sub;
$('#ed').textContent = $('#ed').title = D.editions;
if (D.banner) {
  $('#ban').hidden = false;
  $('#ban').innerHTML = `<b>示例数据</b>${esc(D.banner)}`;
}
