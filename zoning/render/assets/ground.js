// The map: base, layers, sites, names. One pane a floor, so that verdicts lie on top.
const map = window.map_zoning;
const relief = Object.values(map._layers).find(layer => layer instanceof L.ImageOverlay);
map.setMinZoom(7).setMaxZoom(17);
[['units', 380], ['zones', 388], ['base', 396], ['sites', 404], ['conf', 412], ['dots', 420]].forEach(
  ([name, z]) => { map.createPane(name).style.zIndex = z; });
map.createPane('names').style.zIndex = 450;
map.getPane('names').style.pointerEvents = 'none';
const BOUNDS = L.latLngBounds(D.bounds);
map.fitBounds(BOUNDS, {animate: false});

const shape = (geometry, pane, style, more) =>
  L.geoJSON(geometry, {pane, interactive: false, style, ...more});
const MANY = 1500;                                  // features past which a layer is drawn on canvas
const canvases = {};
const canvas = pane => canvases[pane] ??= L.canvas({pane});

// ---- base: veil outside the region, districts
const outer = geometry => (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates).map(rings => rings[0]);
if (D.region) {
  const far = [[-80, -179], [-80, 179], [80, 179], [80, -179]];
  const holes = outer(D.region).map(ring => ring.map(c => [c[1], c[0]]));
  L.polygon([far, ...holes], {pane: 'base', stroke: false, fillColor: '#F3F1EA', fillOpacity: .62, interactive: false}).addTo(map);
  shape(D.region, 'base', {color: '#B9AE93', weight: 7, opacity: .28, fill: false}).addTo(map);
  for (const d of D.districts) shape(d.g, 'base', {color: '#77705F', weight: .8, dashArray: '7 2.5 1.5 2.5', fill: false, opacity: .85}).addTo(map);
  shape(D.region, 'base', {color: '#5B5547', weight: 1.4, fill: false}).addTo(map);
}

// ---- layers
const layers = {};
function drawLayer(entry) {
  const g = entry.g, heavy = entry.f.length > MANY;
  const group = L.layerGroup();
  for (const [geometry, cls, label] of entry.f) {
    const c = cls >= 0 ? g.cl[cls] : null;
    const style = {
      color: c?.[3] || g.st, weight: g.w, dashArray: (c ? c[4] : g.ds) || null, opacity: g.pn === 'units' ? .75 : .9,
      fill: Boolean(c || g.fl || g.pt), fillColor: c ? c[1] : g.pt && !heavy ? `url(#${g.pt})` : g.fl || g.st,
      fillOpacity: c ? c[2] : heavy && g.pt ? .18 : g.op, className: 'zone',
    };
    const lines = geometry.type.endsWith('LineString');
    if (lines) style.fill = false;
    const drawn = L.geoJSON(geometry, {
      pane: g.pn, interactive: !heavy, style, ...(heavy ? {renderer: canvas(g.pn)} : {}),
      pointToLayer: (_, at) => L.circleMarker(at, {pane: g.pn, radius: 3.5, ...(heavy ? {renderer: canvas(g.pn)} : {})}),
    });
    if (!heavy) drawn.bindTooltip(
      () => `<b>${esc(entry.t)}</b>${label ? '<br>' + esc(label) : ''}${entry.s ? '<br>示例，为虚构' : ''}`,
      {sticky: true, className: 'tip'});
    group.addLayer(drawn);
  }
  return group;
}
for (const entry of D.layers) state.layers[entry.k] = Boolean(entry.f && entry.g.on);
if (SIT) sitStart();
const shown = key => state.layers[key] || state.auto.has(key);
function drawLayers() {
  const zoom = map.getZoom();
  if (relief) relief.setOpacity(zoom > 12 ? .6 : 1);
  for (const entry of D.layers) {
    if (!entry.f) continue;
    if (shown(entry.k)) (layers[entry.k] ??= drawLayer(entry)).addTo(map);
    else if (layers[entry.k]) map.removeLayer(layers[entry.k]);
  }
  if (layers.redline && shown('redline')) {
    const named = state.auto.has('redline');
    layers.redline.eachLayer(l => l.setStyle({fillOpacity: named || zoom >= 11.5 ? 1 : .55, weight: named ? 1.5 : 1}));
  }
  if (SIT) drawOverlays();
  drawLegend();
}

// ---- sites: symbols, outlines, overlapped parts
const SITES = D.projects.flatMap(p => p.c.filter(s => s.ll).map(s => Object.assign(s, {p})));
const CROWD = 400;                                  // symbols past which the graver ones cover dots
const GAP = 34;                                     // px between symbols of a crowd
const groups = {outline: L.layerGroup().addTo(map), dots: L.layerGroup().addTo(map), symbols: L.layerGroup().addTo(map),
  names: L.layerGroup().addTo(map), labels: L.layerGroup().addTo(map), lines: L.layerGroup().addTo(map)};
const title = s => s.p.c.length > 1 && s.n ? `${s.p.n} · ${s.n}` : s.p.n;
const spread = s => s.lo === s.hi ? '' : ` · 至少${word(ENDS[s.lo], SHORT)}，最坏${word(ENDS[s.hi], SHORT)}`;
const tip = s => `<b>${esc(s.p.id)}</b>${title(s) === s.p.id ? '' : ' ' + esc(title(s))}${SIT ? sitTip(s.p) : ''}<br>${word(s.v)}${spread(s)}`;
const at = s => [s.ll[1], s.ll[0]];
function wire(layer, s) {
  return layer.on('click', () => open(s.p)).on('mouseover', () => hover(s.p)).on('mouseout', () => hover(null));
}
function marker(s) {
  if (s.marker) return s.marker;
  const size = s.v === 'A' ? 18 : 20;
  s.marker = wire(L.marker(at(s), {
    icon: L.divIcon({className: 'mk-' + s.v, iconSize: [20, 20], iconAnchor: [10, 10], html: symbol(s.v, size, 'mkr')}),
    zIndexOffset: (3 - GRAVITY[s.v]) * 1000, riseOnHover: true,
  }), s).on('keypress', e => { if (e.originalEvent.key === 'Enter') open(s.p); });
  s.marker.on('add', () => s.marker.getElement().setAttribute('aria-label', `${s.p.id} ${title(s)} ${word(s.v)}`));
  return s.marker.bindTooltip(() => tip(s), {className: 'tip', direction: 'top', offset: [0, -10]});
}
const dot = s => s.dot ??= wire(L.circleMarker(at(s), {pane: 'dots', renderer: canvas('dots'), radius: 3, weight: 1,
  color: '#fff', fillColor: word(s.v, COLOUR), fillOpacity: .95}), s).bindTooltip(() => tip(s), {className: 'tip', direction: 'top'});
function outline(s) {
  if (s.outline) return s.outline;
  const colour = word(s.v, COLOUR), group = L.layerGroup();
  if (s.g) {
    const line = s.g.type.endsWith('LineString');
    group.addLayer(wire(L.geoJSON(s.g, {pane: 'sites', style: {color: colour, weight: line ? 3 : 1.8, fill: !line, fillColor: colour, fillOpacity: .1}}), s));
  } else group.addLayer(wire(L.circle(at(s), {pane: 'sites', radius: Math.max(s.rad || 0, 15), color: colour, weight: 1.4,
    dashArray: '4 3', fillColor: colour, fillOpacity: .08}), s));
  for (const [direction, , geometry] of s.x || []) {
    const edge = direction === 'F' ? '#A3262A' : '#B97A00';
    const line = geometry.type.endsWith('LineString');
    group.addLayer(shape(geometry, 'conf', line ? {color: edge, weight: 6, opacity: .8, dashArray: '3 3'}
      : {color: edge, weight: 1.2, fillColor: `url(#h${direction})`, fillOpacity: 1}));
  }
  return s.outline = group;
}
const inView = () => {
  const view = map.getBounds().pad(.05), chosen = state.visible;
  return SITES.filter(s => chosen.has(s.p) && view.contains(at(s)));
};
const hits = (box, boxes) => boxes.some(b => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1]);
let boxes = [];
function drawSites() {
  const zoom = map.getZoom(), all = inView().sort((a, b) => GRAVITY[a.v] - GRAVITY[b.v]);
  const crowd = all.length > CROWD, taken = new Set(), big = [], small = [];
  for (const s of all) {
    const q = map.latLngToContainerPoint(at(s)), cell = `${Math.floor(q.x / GAP)},${Math.floor(q.y / GAP)}`;
    if (!crowd || s.p === state.open || !taken.has(cell)) { taken.add(cell); big.push(s); } else small.push(s);
  }
  const keep = new Set(big.map(marker)), rest = new Set(small.map(dot));
  groups.symbols.eachLayer(l => { if (!keep.has(l)) groups.symbols.removeLayer(l); });
  groups.dots.eachLayer(l => { if (!rest.has(l)) groups.dots.removeLayer(l); });
  keep.forEach(l => { if (!groups.symbols.hasLayer(l)) groups.symbols.addLayer(l); });
  rest.forEach(l => { if (!groups.dots.hasLayer(l)) groups.dots.addLayer(l); });
  groups.outline.clearLayers();
  for (const s of all) if ((zoom >= 11 && (!crowd || zoom >= 12)) || s.p === state.open) groups.outline.addLayer(outline(s));
  boxes = big.map(s => { const q = map.latLngToContainerPoint(at(s)); return [q.x - 12, q.y - 12, q.x + 12, q.y + 12]; });
  drawNames(zoom);
  drawLabels(zoom, crowd ? [] : big);
  markSites();
}
const naming = (at, cls, text, style) => L.marker(at, {pane: 'names', interactive: false, keyboard: false,
  icon: L.divIcon({className: '', iconSize: [0, 0], html: `<div class="${cls}" style="${style}">${esc(text)}</div>`})});
const ASIDE = [[0, 0], [0, -14], [0, 14], [26, 0], [-26, 0], [26, -16], [-26, -16], [26, 16], [-26, 16], [0, -28], [0, 28], [50, 0], [-50, 0]];
function drawNames(zoom) {                          // district names step aside from symbols
  groups.names.clearLayers();
  if (zoom >= 13) return;
  for (const d of D.districts) {
    const size = (d.s ? 12.5 : 16) + (zoom > 10 ? 2 : 0), q = map.latLngToContainerPoint([d.l[1], d.l[0]]);
    const half = d.n.length * .62 * size + 4, tall = size * .6;
    const box = o => [q.x + o[0] - half, q.y + o[1] - tall, q.x + o[0] + half, q.y + o[1] + tall];
    const o = ASIDE.find(each => !hits(box(each), boxes)) || [0, 0];
    boxes.push(box(o));
    naming([d.l[1], d.l[0]], 'dl', d.n, `left:${o[0]}px;top:${o[1]}px;font-size:${size}px;${d.s ? 'letter-spacing:.08em' : ''}`).addTo(groups.names);
  }
}
function drawLabels(zoom, sites) {                  // gravest first, four positions, dropped when none is free
  groups.labels.clearLayers();
  if (zoom < 10.5 && !SIT) return;
  for (const s of SIT ? sitNamed(sites, zoom) : sites) {
    const q = map.latLngToContainerPoint(at(s)), full = SIT ? sitLabel(s, zoom) : zoom >= 11.5 ? `${s.p.id} ${title(s)}` : s.p.id;
    const text = full.length > 28 ? full.slice(0, 27) + '…' : full;
    let w = 0;
    for (const c of text) w += c.charCodeAt(0) > 255 ? 11.6 : 6.7;
    for (const [dx, dy] of [[14, -7], [-14 - w, -7], [-w / 2, 12], [-w / 2, -26]]) {
      const box = [q.x + dx, q.y + dy, q.x + dx + w, q.y + dy + 14];
      if (hits(box, boxes)) continue;
      boxes.push(box);
      naming(at(s), SIT && rankOf(s.p) ? 'sl first' : 'sl', text, `left:${dx}px;top:${dy}px`).addTo(groups.labels);
      break;
    }
  }
}
function markSites() {
  groups.symbols.eachLayer(l => l.getElement()?.classList.remove('hot', 'sel'));
  for (const [project, cls] of [[state.hot, 'hot'], [state.open, 'sel']])
    for (const s of project?.c || []) s.marker?.getElement()?.classList.add(cls);
}
function drawLines() {                              // where a distance rule draws its line
  groups.lines.clearLayers();
  for (const s of state.open?.c || []) for (const [, , geometry] of s.b || [])
    groups.lines.addLayer(shape(geometry, 'conf', {color: '#2F6F9F', weight: 1.3, dashArray: '6 4', fill: false}));
}
// into the space that card and legend leave free
function fly(sites, fast) {
  const placed = sites.filter(s => s.ll);
  if (!placed.length) return;
  const box = L.latLngBounds([]);
  for (const s of placed) box.extend(s.g ? L.geoJSON(s.g).getBounds().pad(.6) : L.latLng(at(s)).toBounds(Math.max(1700, 3 * (s.rad || 0))));
  const room = map.getSize().x - 440;               // beside the card
  const options = {paddingTopLeft: [room > 500 ? 250 : 20, 90], paddingBottomRight: [room > 200 ? 440 : 20, 110], ...(SIT ? sitRoom(room) : {}), maxZoom: placed.every(s => !s.g) ? 14 : 15.25, duration: .7};
  const still = fast || matchMedia('(prefers-reduced-motion:reduce)').matches;
  still ? map.fitBounds(box, {...options, animate: false}) : map.flyToBounds(box, options);
}
function home(animate) {
  map.fitBounds(BOUNDS, {paddingTopLeft: [60, 34], paddingBottomRight: [state.open ? 430 : 30, 16], animate});
}
