"use strict";
// The map of a day. It is told all it shows by the list of the page.
var DayMap = (function () {
  var STATES = ["newly", "still", "back"];
  var WORDS = { newly: "newly dark", still: "still dark", back: "back again" };
  var SVG = "http://www.w3.org/2000/svg";
  var LabelledIcon = L.DivIcon.extend({
    createIcon: function (old) {
      var made = L.DivIcon.prototype.createIcon.call(this, old);
      made.setAttribute("aria-label", this.options.label);
      return made;
    }
  });

  function pair(text) { return text ? text.split(",").map(Number) : null; }

  // The middle of the longitudes that leaves the widest empty stretch at the map's edge.
  function centreOf(lons) {
    if (!lons.length) return 0;
    var sorted = lons.slice().sort(function (a, b) { return a - b; });
    var widest = sorted[0] + 360 - sorted[sorted.length - 1], end = sorted[0];
    for (var i = 1; i < sorted.length; i++) {
      if (sorted[i] - sorted[i - 1] > widest) { widest = sorted[i] - sorted[i - 1]; end = sorted[i]; }
    }
    var centre = end + (360 - widest) / 2;
    return ((centre + 180) % 360 + 360) % 360 - 180;
  }

  function made(box, rows) {
    var things = [];
    rows.forEach(function (row) {
      var off = pair(row.getAttribute("data-off")), on = pair(row.getAttribute("data-on"));
      if (off || on) things.push({ row: row, state: row.getAttribute("data-s"), off: off, on: on });
    });
    var boxes = Array.prototype.map.call(document.querySelectorAll("[data-box]"), function (one) {
      return { at: one.getAttribute("data-box").split(",").map(Number), text: one.querySelector("b").textContent };
    });
    box.hidden = false;
    document.getElementById("unmapped").hidden = true;
    var centre = centreOf(things.map(function (thing) { return (thing.on || thing.off)[1]; }));
    function turned(lon) { return lon + 360 * Math.round((centre - lon) / 360); }
    var sea = Sea.made(box, { centre: centre, land: { step: 1, rings: [] } }), map = sea.map;
    [["outages", 350], ["lines", 400], ["places", 450], ["names", 650]].forEach(function (pane) {
      var element = map.createPane(pane[0]);
      element.style.zIndex = pane[1];
      element.style.pointerEvents = "none";
    });
    map.setMinZoom(0);
    var frame = [];
    things.forEach(function (thing) {
      var to = thing.on && [thing.on[0], turned(thing.on[1])];
      var from = thing.off && [thing.off[0], turned(thing.off[1])];
      if (to && from) from[1] += 360 * Math.round((to[1] - from[1]) / 360);
      thing.from = from;
      thing.at = to || from;
      thing.line = to && from ? L.polyline([from, to], { pane: "lines", className: "gapline", interactive: false, renderer: lines() }) : null;
      frame.push(thing.at);
    });
    var renderer = null;
    function lines() { return renderer || (renderer = L.svg({ pane: "lines", padding: 0.3 })); }

    boxes.forEach(function (one) {
      var west = turned(one.at[0]), east = one.at[2] + (west - one.at[0]);
      if (one.at[2] < one.at[0]) east += 360;
      L.rectangle([[one.at[1], west], [one.at[3], east]], { pane: "outages", className: "outagebox", interactive: false, renderer: L.svg({ pane: "outages", padding: 0.3 }) }).addTo(map);
    });

    function clusterIcon(cluster) {
      var count = { newly: 0, still: 0, back: 0 }, all = cluster.getAllChildMarkers();
      all.forEach(function (marker) { count[marker.thing.state]++; });
      var size = all.length < 10 ? 30 : all.length < 50 ? 36 : all.length < 200 ? 42 : 50;
      var width = 4.5, radius = size / 2 - width / 2 - 1, round = 2 * Math.PI * radius, start = 0;
      var holder = Marks.element("div", "cluster");
      var svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", "0 0 " + size + " " + size);
      svg.setAttribute("aria-hidden", "true");
      function circle(name, r) {
        var found = document.createElementNS(SVG, "circle");
        found.setAttribute("class", name);
        found.setAttribute("cx", size / 2); found.setAttribute("cy", size / 2); found.setAttribute("r", r);
        svg.appendChild(found);
        return found;
      }
      circle("face", size / 2);
      STATES.forEach(function (state) {
        if (!count[state]) return;
        var length = round * count[state] / all.length;
        var arc = circle("arc " + state, radius);
        arc.setAttribute("stroke-width", width);
        arc.setAttribute("stroke-dasharray", Math.max(length - (length < round ? 1.5 : 0), 0.5) + " " + round);
        arc.setAttribute("transform", "rotate(" + (start / round * 360 - 90) + " " + size / 2 + " " + size / 2 + ")");
        start += length;
      });
      holder.style.position = "absolute";
      holder.style.width = holder.style.height = size + "px";
      holder.setAttribute("data-count", all.length);
      holder.setAttribute("aria-hidden", "true");
      holder.appendChild(svg);
      var said = STATES.filter(function (state) { return count[state]; }).map(function (state) { return count[state] + " " + WORDS[state]; });
      var outer = Marks.element("div");
      outer.appendChild(holder);
      return new LabelledIcon({ className: "", html: outer, iconSize: [size, size], label: all.length + " silences here: " + said.join(", ") + ". Zoom in" });
    }
    var group = L.markerClusterGroup({
      iconCreateFunction: clusterIcon, maxClusterRadius: function (zoom) { return zoom < 4 ? 56 : zoom < 8 ? 48 : 40; },
      showCoverageOnHover: false, animate: false, chunkedLoading: false, spiderLegPolylineOptions: { className: "gapline", weight: 1 },
      spiderfyDistanceMultiplier: 1.2, zoomToBoundsOnClick: true
    });

    function text(thing, what) {
      var found = thing.row.querySelector(what);
      return found ? found.textContent.replace(/\s+/g, " ").trim() : "";
    }
    function popup(thing) {
      var holder = Marks.element("div"), p = text(thing, ".p");
      holder.appendChild(Marks.element("h3", "", text(thing, "h3")));
      holder.appendChild(Marks.element("p", "quiet", text(thing, ".ship p")));
      holder.appendChild(Marks.element("p", "", text(thing, ".state") + " " + text(thing, ".when > b") + ", " + text(thing, ".when p")));
      holder.appendChild(Marks.element("p", "", (/^p/.test(p) ? p : "p: " + p) + "; " + text(thing, ".where > b")));
      if (text(thing, ".where p")) holder.appendChild(Marks.element("p", "", text(thing, ".where p")));
      var link = Marks.element("a", "", "No. " + text(thing, ".rank").replace(/\D/g, "") + " of the list");
      link.href = "#" + thing.row.id;
      holder.appendChild(link);
      return holder;
    }
    things.forEach(function (thing) {
      var p = thing.row.getAttribute("data-p"), size = p !== null && Number(p) >= 0.8 ? 17 : 13;
      var dot = Marks.element("div", "dot " + thing.state + (p === null || Number(p) < 0.5 ? " low" : ""));
      dot.setAttribute("aria-hidden", "true");
      thing.marker = L.marker(thing.at, {
        icon: new LabelledIcon({ className: "", html: dot, iconSize: [size, size], label: text(thing, "h3") + ", " + WORDS[thing.state] + ", " + text(thing, ".where > b") }),
        riseOnHover: true
      });
      thing.marker.thing = thing;
      thing.marker.bindPopup(function () { return popup(thing); }, { maxWidth: 300, minWidth: 180, autoPanPadding: [16, 16] });
      thing.marker.on("mouseover popupopen", function () { choose(thing, true); });
      thing.marker.on("mouseout popupclose", function () { choose(thing, false); });
    });
    function choose(thing, on) {
      if (!thing.line) return;
      if (on && !map.hasLayer(thing.line)) thing.line.addTo(map);
      var path = thing.line.getElement();
      if (path) path.classList.toggle("chosen", on);
      if (!on) draw();
    }
    // A line is drawn where its end stands for itself, and not within a cluster.
    function draw() {
      things.forEach(function (thing) {
        if (!thing.line) return;
        var shown = thing.shown && group.getVisibleParent(thing.marker) === thing.marker;
        if (shown && !map.hasLayer(thing.line)) thing.line.addTo(map);
        if (!shown && map.hasLayer(thing.line)) map.removeLayer(thing.line);
      });
    }

    var places = [], labels = L.layerGroup().addTo(map);
    // A place's name stands where it covers least of what else is drawn: right, left, below, above, and once more further off.
    var AROUND = [[1, 0, 9], [-1, 0, 9], [0, 1, 9], [0, -1, 9], [1, 1, 12], [1, -1, 12], [-1, 1, 12], [-1, -1, 12], [1, 0, 30], [-1, 0, 30], [0, 1, 30], [0, -1, 30]];
    function covered(box, boxes) {
      return boxes.reduce(function (sum, other) {
        var wide = Math.min(box[2], other[2]) - Math.max(box[0], other[0]), high = Math.min(box[3], other[3]) - Math.max(box[1], other[1]);
        return sum + (wide > 0 && high > 0 ? wide * high : 0);
      }, 0);
    }
    function signs() {
      return Array.prototype.map.call(map.getPane("markerPane").children, function (icon) {
        var at = L.DomUtil.getPosition(icon), half = icon.offsetWidth / 2, move = L.DomUtil.getPosition(map.getPane("mapPane"));
        return [at.x + move.x - half, at.y + move.y - half, at.x + move.x + half, at.y + move.y + half];
      });
    }
    function put(at, element, pane) {
      L.marker(at, { pane: pane, interactive: false, keyboard: false, icon: L.divIcon({ className: "", html: element, iconSize: [0, 0] }) }).addTo(labels);
    }
    function drawPlaces() {
      labels.clearLayers();
      var size = map.getSize(), boxes = signs(), named = [], close = map.getZoom() >= 4;
      places.forEach(function (place) {
        var at = [place[1], turned(place[2])], point = map.latLngToContainerPoint(at);
        if (point.x < 0 || point.y < 0 || point.x > size.x || point.y > size.y) return;
        var made = Marks.element("div", "port"), width = 6 + 6.9 * place[0].length, high = 15, best = null;
        made.appendChild(Marks.element("i"));
        (close ? AROUND : []).forEach(function (side, order) {
          var x = point.x + side[0] * side[2] + (side[0] < 0 ? -width : side[0] ? 0 : -width / 2);
          var y = point.y + side[1] * side[2] + (side[1] < 0 ? -high : side[1] ? 0 : -high / 2);
          var box = [x, y, x + width, y + high];
          if (x < 0 || y < 0 || x + width > size.x || y + high > size.y || covered(box, named)) return;
          var cost = covered(box, boxes) + order;
          if (!best || cost < best.cost) best = { cost: cost, box: box };
        });
        put(at, made, "places");
        if (!best) return;
        var name = Marks.element("div", "port"), text = Marks.element("span", "", place[0]);
        text.style.left = best.box[0] - point.x + "px";
        text.style.top = best.box[1] - point.y + "px";
        name.appendChild(text);
        put(at, name, "names");
        named.push(best.box);
      });
    }
    function redraw() { draw(); drawPlaces(); sea.drawn(); }

    function fit(points) {
      if (!points.length) { map.setView([20, centre], 1.5); return; }
      map.fitBounds(L.latLngBounds(points).pad(0.06), { maxZoom: 10, animate: false });
    }
    function show(visible) {
      var wanted = [];
      things.forEach(function (thing) {
        thing.shown = visible(thing.row);
        if (thing.shown) wanted.push(thing.marker);
      });
      group.clearLayers();
      group.addLayers(wanted);
      draw();
      drawPlaces();
    }
    fit(frame);
    map.addLayer(group);
    show(function (row) { return !row.hidden; });
    map.on("moveend", function () { draw(); drawPlaces(); });
    group.on("animationend spiderfied unspiderfied", draw);
    redraw();
    Land.put(map, box.getAttribute("data-land"), centre, function () { box.setAttribute("data-ready", ""); });
    return {
      show: show,
      fit: function () { fit(things.filter(function (t) { return t.shown; }).map(function (t) { return t.at; })); },
      places: function (found) { places = found; drawPlaces(); }
    };
  }
  return { made: made };
})();
