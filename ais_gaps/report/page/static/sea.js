"use strict";
// The sea to draw on: a map with land, a graticule and a scale, that asks for nothing.
var Sea = (function () {
  // data.centre: longitude that the map is unrolled around; data.land: see landmass.py.
  function made(box, data) {
    var map = L.map(box, {
      attributionControl: false, zoomControl: false, zoomSnap: 0.25, zoomDelta: 0.5, minZoom: 1, maxZoom: 13, worldCopyJump: false,
      maxBounds: [[-85, data.centre - 200], [85, data.centre + 200]], scrollWheelZoom: false, inertia: false,
      zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false
    });
    [["land", 200], ["graticule", 210]].forEach(function (pane) {
      var made = map.createPane(pane[0]);
      made.style.zIndex = pane[1];
      made.style.pointerEvents = "none";
    });
    map.on("focus click", function () { map.scrollWheelZoom.enable(); });
    map.on("blur", function () { map.scrollWheelZoom.disable(); });
    L.control.attribution({ prefix: false }).addAttribution("Land: Natural Earth · Map: Leaflet").addTo(map);
    L.control.zoom({ position: "topleft" }).addTo(map);

    function unpack(rings) {
      return rings.map(function (steps) {
        var x = 0, y = 0, points = [];
        for (var i = 0; i < steps.length; i += 2) {
          x += steps[i]; y += steps[i + 1];
          points.push([y * data.land.step, x * data.land.step]);
        }
        return points;
      });
    }
    L.polygon(data.land.rings.map(unpack), { pane: "land", className: "land", interactive: false, smoothFactor: 0.6, renderer: L.svg({ pane: "land", padding: 0.3 }) }).addTo(map);

    var graticule = L.layerGroup().addTo(map);
    function drawGraticule() {
      graticule.clearLayers();
      var bounds = map.getBounds();
      var span = Math.max(bounds.getNorth() - bounds.getSouth(), (bounds.getEast() - bounds.getWest()) / 2);
      var step = [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01].filter(function (s) { return s <= span / 2.5; })[0] || 0.01;
      var renderer = L.svg({ pane: "graticule", padding: 0 });
      function line(points) { L.polyline(points, { pane: "graticule", className: "graticule", interactive: false, renderer: renderer }).addTo(graticule); }
      function label(at, text, anchor) {
        L.marker(at, { pane: "graticule", interactive: false, keyboard: false, icon: L.divIcon({ className: "", html: Marks.element("div", "edge", text), iconSize: [0, 0], iconAnchor: anchor }) }).addTo(graticule);
      }
      function inside(at, left, right, above) {
        var point = map.latLngToContainerPoint(at), size = map.getSize();
        return point.x >= left && point.x <= size.x - right && point.y >= above - 4 && point.y <= size.y - above;
      }
      var south = Math.max(bounds.getSouth(), -85), north = Math.min(bounds.getNorth(), 85);
      for (var i = Math.ceil(bounds.getWest() / step); i * step <= bounds.getEast(); i++) {
        line([[south, i * step], [north, i * step]]);
        if (inside([north, i * step], 60, 34, 0)) label([north, i * step], Marks.degrees(i * step, "E", "W"), [-3, -2]);
      }
      for (var j = Math.ceil(south / step); j * step <= north; j++) {
        line([[j * step, bounds.getWest()], [j * step, bounds.getEast()]]);
        if (inside([j * step, bounds.getWest()], 0, 0, 26)) label([j * step, bounds.getEast()], Marks.degrees(j * step, "N", "S"), [34, 15]);
      }
    }

    var scale = L.control({ position: "bottomleft" });
    scale.onAdd = function () { return Marks.element("div", "scale"); };
    scale.addTo(map);
    function drawScale() {
      var middle = map.getSize().y / 2;
      var meters = map.distance(map.containerPointToLatLng([0, middle]), map.containerPointToLatLng([110, middle]));
      var nm = meters / 1852;
      var size = Math.pow(10, Math.floor(Math.log10(nm)));
      var nice = [5, 2, 1].map(function (f) { return f * size; }).filter(function (v) { return v <= nm; })[0] || size;
      var holder = scale.getContainer();
      holder.textContent = "";
      holder.appendChild(Marks.element("span", "", nice.toLocaleString("en") + " nm (" + Math.round(nice * 1.852).toLocaleString("en") + " km)"));
      var bar = Marks.element("div");
      bar.style.width = Math.round(110 * nice / nm) + "px";
      holder.appendChild(bar);
    }
    function drawn() { drawGraticule(); drawScale(); }
    map.on("moveend zoomend resize", drawn);
    return { map: map, drawn: drawn };
  }

  // What is looked at follows the box, which may get its size late, until a reader looks elsewhere. `fit` sets the view.
  function followed(map, box, fit) {
    var moved = false, fitting = false;
    function refit() {
      fitting = true;
      map.invalidateSize(false);
      fit();
      fitting = moved = false;
    }
    map.on("zoomstart dragstart keydown", function () { if (!fitting) moved = true; });
    if (window.ResizeObserver) {
      new ResizeObserver(function () {
        if (moved) map.invalidateSize(false);
        else refit();
      }).observe(box);
    }
    refit();
    return refit;
  }

  return { made: made, followed: followed };
})();
