"use strict";
(function () {
  var source = document.getElementById("map-data");
  var box = document.getElementById("map");
  if (!source || !box || !window.L) return;
  var data = JSON.parse(source.textContent);
  var sea = Sea.made(box, data), map = sea.map;
  var shown = L.layerGroup().addTo(map);
  var renderer = L.canvas({ padding: 0.3 });

  function popup(cell) {
    var made = Marks.element("div");
    made.appendChild(Marks.element("div", "spot-name", cell[7]));
    made.appendChild(Marks.element("p", "", cell[6].toLocaleString("en") + " of " + cell[5].toLocaleString("en") + " ship-hours"));
    made.appendChild(Marks.element("p", "quiet", Marks.degrees(cell[0], "N", "S") + " to " + Marks.degrees(cell[2], "N", "S") + ", " + Marks.degrees(cell[1], "E", "W") + " to " + Marks.degrees(cell[3], "E", "W")));
    return made;
  }
  function draw() {
    var style = getComputedStyle(document.documentElement);
    var line = style.getPropertyValue("--cell-line").trim();
    shown.clearLayers();
    data.cells.forEach(function (cell) {
      var known = cell[4] >= 0;
      L.rectangle([[cell[0], cell[1]], [cell[2], cell[3]]], {
        renderer: renderer, color: line, weight: known ? 0.4 : 0.8, dashArray: known ? null : "2 3",
        fillColor: known ? style.getPropertyValue("--step-" + cell[4]).trim() : line, fillOpacity: known ? 0.88 : 0
      }).bindPopup(function () { return popup(cell); }, { maxWidth: 300 }).addTo(shown);
    });
  }
  function frame() { map.fitBounds([[data.frame[1], data.frame[0]], [data.frame[3], data.frame[2]]], { animate: false, maxZoom: 9, padding: [20, 20] }); }
  var refit = Sea.followed(map, box, frame);
  draw();
  sea.drawn();
  if (window.matchMedia) window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  window.addEventListener("beforeprint", refit);
  window.addEventListener("afterprint", refit);
  document.getElementById("no-map").hidden = true;
  box.setAttribute("data-ready", "yes");
})();
