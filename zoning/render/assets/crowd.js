// Projects past those listed, counted by cell: colour is the commonest verdict among those chosen,
// strength their number. A click on a cell counts them out.
const REST = D.crowd;
map.createPane('crowd').style.zIndex = 402;
const cells = new Map((REST?.r || []).map(row => [`${row[0]},${row[1]}`, row.slice(2)]));
const crowded = L.layerGroup().addTo(map);
const chosenOf = () => VERDICTS.map((key, at) => at).filter(at => !state.verdicts.size || state.verdicts.has(VERDICTS[at]));
function drawCrowd() {
  crowded.clearLayers();
  if (!cells.size || state.query) return;           // what is searched for is among those listed only
  const chosen = chosenOf(), sum = counts => chosen.reduce((n, at) => n + counts[at], 0);
  const most = Math.log1p(Math.max(...[...cells.values()].map(sum)));
  for (const [key, counts] of cells) {
    const n = sum(counts);
    if (!n) continue;
    const [x, y] = key.split(',').map(Number), lead = chosen.reduce((a, b) => counts[b] > counts[a] ? b : a);
    L.rectangle([[y * REST.d, x * REST.d], [(y + 1) * REST.d, (x + 1) * REST.d]], {
      pane: 'crowd', renderer: canvas('crowd'), interactive: false, stroke: false,
      fillColor: word(VERDICTS[lead], COLOUR), fillOpacity: .1 + .5 * Math.log1p(n) / most,
    }).addTo(crowded);
  }
}
map.on('click', e => {
  const counts = cells.get(`${Math.floor(e.latlng.lng / REST?.d)},${Math.floor(e.latlng.lat / REST?.d)}`);
  if (!counts || ruler || state.query) return;
  const total = counts.reduce((a, b) => a + b, 0);
  const lines = VERDICTS.map((key, at) => counts[at] ? `<br>${symbol(key, 13)} ${word(key)} ${number(counts[at])}` : '').join('');
  L.popup({className: 'tip'}).setLatLng(e.latlng).setContent(`此格另有 ${number(total)} 个项目，未逐一列出${lines}`).openOn(map);
});
if (REST?.n) {
  const unplaced = REST.w ? `，其中 ${number(REST.w)} 项无位置` : '';
  $('#rest').hidden = false;
  $('#rest').textContent = `其余 ${number(REST.n)} 项在图上按格统计${unplaced}，逐项见 verdicts.csv`;
}
