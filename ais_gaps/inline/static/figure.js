"use strict";
// A map of a notebook: signs gathered where they would lie over one another, lines, areas, and what is told of each.
(function () {
  var source = document.getElementById("map-data"), box = document.getElementById("map");
  if (!source || !box || !window.L) return;
  var data = JSON.parse(source.textContent);
  var TOGETHER = data.spots.length > 300 ? 32 : 15, MOST_TOLD = 40; // pixels; cards in a popup
  var sea = Sea.made(box, data), map = sea.map;
  [["areas", 250], ["lines", 400], ["ports", 450]].forEach(function (pane) {
    map.createPane(pane[0]).style.zIndex = pane[1];
  });
  map.getPane("ports").style.pointerEvents = "none";
  var paths = L.layerGroup().addTo(map), spots = L.layerGroup().addTo(map), names = L.layerGroup().addTo(map);
  var areas = L.svg({ pane: "areas", padding: 0.5 }), lines = L.svg({ pane: "lines", padding: 0.5 });
  var select = document.getElementById("view"), labels = [], drawnAt = null, drawnPaths = [];

  function inView(view) { return view === null || !select || Number(select.value) === view; }
  function told(index) {
    var card = data.cards[index], made = Marks.element("div", "card");
    made.appendChild(Marks.element("div", "spot-name", card[0]));
    card[1].forEach(function (line) { made.appendChild(Marks.element("p", "", line)); });
    if (card[3]) {
      var more = Marks.element("details"), list = Marks.element("ul");
      more.appendChild(Marks.element("summary", "", card[2]));
      card[3].forEach(function (item) { list.appendChild(Marks.element("li", "", item)); });
      more.appendChild(list);
      made.appendChild(more);
    }
    return made;
  }
  function popup(indexes) {
    var made = Marks.element("div");
    indexes.slice(0, MOST_TOLD).forEach(function (index) { made.appendChild(told(index)); });
    if (indexes.length > MOST_TOLD) made.appendChild(Marks.element("p", "quiet card", "And " + (indexes.length - MOST_TOLD).toLocaleString("en") + " more here: zoom in."));
    if (indexes.length === 1) Array.prototype.forEach.call(made.querySelectorAll("details"), function (one) { one.open = true; });
    return made;
  }
  function attach(layer, indexes) {
    layer.bindPopup(function () { return popup(indexes); }, { maxWidth: 340, minWidth: 200, maxHeight: Math.max(160, box.clientHeight - 90), autoPanPadding: [14, 14] });
    layer.on("popupopen", function () { choose(indexes, true); });
    layer.on("popupclose", function () { choose(indexes, false); });
  }
  function choose(indexes, on) {
    drawnPaths.forEach(function (one) {
      var element = one.layer.getElement();
      if (element && indexes.indexOf(one.card) >= 0) element.classList.toggle("chosen", on);
    });
  }

  // Signs nearer than some pixels to an earlier one are shown with it, as a number.
  function gathered() {
    var zoom = map.getZoom(), grid = {}, groups = [];
    data.spots.forEach(function (spot) {
      if (!inView(spot[7])) return;
      var point = map.project([spot[0], spot[1]], zoom), x = Math.floor(point.x / TOGETHER), y = Math.floor(point.y / TOGETHER), found = null;
      for (var i = -1; i <= 1 && !found; i++) {
        for (var j = -1; j <= 1 && !found; j++) {
          (grid[(x + i) + " " + (y + j)] || []).forEach(function (group) { if (!found && group.point.distanceTo(point) < TOGETHER) found = group; });
        }
      }
      if (!found) {
        found = { at: [spot[0], spot[1]], point: point, spots: [] };
        groups.push(found);
        (grid[x + " " + y] = grid[x + " " + y] || []).push(found);
      }
      found.spots.push(spot);
    });
    return groups;
  }
  function put(group, order) {
    var first = group.spots[0], cards = [], titles = [];
    group.spots.forEach(function (spot) {
      if (cards.indexOf(spot[3]) < 0) cards.push(spot[3]);
      if (spot[4] && titles.indexOf(spot[4]) < 0) titles.push(spot[4]);
    });
    var body = Marks.element("div", "spot");
    body.setAttribute("aria-hidden", "true");
    body.appendChild(Marks.sign(first[2], first[6] === null ? 18 : 22));
    if (first[6] !== null) {
      var number = Marks.element("span", "spot-number");
      number.setAttribute("data-number", first[6]);
      body.appendChild(number);
    }
    if (cards.length > 1) {
      var many = Marks.element("span", "many");
      many.setAttribute("data-count", cards.length);
      body.appendChild(many);
    }
    var label = null;
    if (titles.length) {
      label = Marks.element("div", "spot-label", titles[0]);
      var more = [];
      if (titles.length === 2) more.push("and " + titles[1]);
      if (titles.length > 2) more.push("and " + (titles.length - 1) + " others");
      if (cards.length > titles.length) more.push(cards.length + " here");
      if (more.length) label.appendChild(Marks.element("small", "", more.join(", ")));
      body.appendChild(label);
    }
    var holder = Marks.element("div");
    body.style.position = "absolute";
    body.style.left = body.style.top = "11px";
    holder.appendChild(body);
    var said = group.spots.slice(0, 3).map(function (spot) {
      var card = data.cards[spot[3]];
      return [card[0], data.roles[spot[5]], card[1][0]].filter(Boolean).join(", ");
    }).join("; ");
    if (cards.length > 1) said = cards.length + " here. " + said;
    if (group.spots.length > 3) said += "; and more";
    var marker = L.marker(group.at, {
      icon: L.divIcon({ className: "sign-at", html: holder, iconSize: [22, 22], iconAnchor: [11, 11] }), alt: said, riseOnHover: true, zIndexOffset: 1000 - order
    });
    attach(marker, cards);
    marker.addTo(spots);
    var icon = marker.getElement();
    if (icon) icon.setAttribute("aria-label", said);
    if (label) labels.push({ element: label, body: cards.length > 1 ? body : null, at: group.at, weight: order / 1e4, gap: 11 });
    else labels.push({ element: Marks.element("span"), at: group.at, weight: 10 + order / 1e4, gap: 11 });
  }
  function drawSpots() {
    spots.clearLayers(); names.clearLayers();
    labels = [];
    drawnAt = map.getZoom();
    gathered().forEach(put);
    data.ports.forEach(function (port) {
      if (drawnAt < 4.5 && !port[3]) return;
      if (data.spots.length < 400 && data.spots.some(function (spot) { return spot[4] && Math.abs(spot[0] - port[1]) + Math.abs(spot[1] - port[2]) < 0.15; })) return;
      var body = Marks.element("div", "port"), name = Marks.element("span", "", port[0]);
      body.appendChild(Marks.element("i"));
      body.appendChild(name);
      L.marker([port[1], port[2]], { pane: "ports", interactive: false, keyboard: false, icon: L.divIcon({ className: "", html: body, iconSize: [0, 0] }) }).addTo(names);
      labels.push({ element: name, dot: body, at: [port[1], port[2]], weight: 20, gap: 5, port: true });
    });
    var longest = {};
    drawnPaths.forEach(function (one) {
      if (!one.words) return;
      one.parts.forEach(function (part) {
        var a = map.project(part[0], drawnAt), b = map.project(part[part.length - 1], drawnAt), size = a.distanceTo(b);
        if (size > 90 && (!longest[one.words] || size > longest[one.words].size)) longest[one.words] = { size: size, at: map.unproject(a.add(b).divideBy(2), drawnAt) };
      });
    });
    Object.keys(longest).forEach(function (words) {
      var text = Marks.element("div", "unknown-label", words), holding = Marks.element("div");
      text.style.position = "absolute";
      holding.appendChild(text);
      L.marker(longest[words].at, { pane: "ports", interactive: false, keyboard: false, icon: L.divIcon({ className: "", html: holding, iconSize: [0, 0] }) }).addTo(names);
      labels.push({ element: text, at: longest[words].at, weight: 0.5, gap: 6 });
    });
    arrange();
  }
  function drawPaths() {
    paths.clearLayers();
    drawnPaths = [];
    data.areas.forEach(function (area) {
      var style = { pane: "areas", className: "extent", renderer: areas };
      var layer = area.length === 3 ? L.circle(area[1], Object.assign({ radius: area[2] }, style)) : L.polygon(area[1], style);
      attach(layer, [area[0]]);
      layer.addTo(paths);
    });
    data.paths.forEach(function (path) {
      var layer = L.polyline(path[3], { pane: "lines", className: "line-" + path[0], renderer: lines, smoothFactor: path[0] === "gap" ? 0 : 0.7, interactive: path[1] !== null });
      if (path[1] !== null) attach(layer, [path[1]]);
      layer.addTo(paths);
      drawnPaths.push({ layer: layer, card: path[1], words: path[2], parts: path[3] });
    });
    box.classList.toggle("dense", data.paths.length > 80);
  }
  function arrange() { Labels.arrange(map, labels); }
  function fit() {
    var seen = data.spots.filter(function (spot) { return inView(spot[7]); }).map(function (spot) { return [spot[0], spot[1]]; });
    var whole = select && seen.length ? L.latLngBounds(seen) : L.latLngBounds([[data.frame[1], data.frame[0]], [data.frame[3], data.frame[2]]]);
    map.fitBounds(whole.pad(0.04), { animate: false, maxZoom: 9, paddingTopLeft: [34, 26], paddingBottomRight: [34, 36] });
    // What goes around the world is shown as wide as it is, at the cost of the poles.
    if (whole.getEast() - whole.getWest() < 180) return;
    var wide = Math.log(0.97 * map.getSize().x * 360 / 256 / (whole.getEast() - whole.getWest())) / Math.LN2;
    if (!(wide > map.getZoom()) || !seen.length) return;
    var heights = seen.map(function (at) { return map.project(at, 0).y; }).sort(function (a, b) { return a - b; });
    var middle = map.unproject([0, heights[heights.length >> 1]], 0).lat;
    map.setView([middle, whole.getCenter().lng], Math.floor(4 * wide) / 4, { animate: false });
  }

  map.setMinZoom(0);
  var refit = Sea.followed(map, box, fit);
  drawPaths();
  drawSpots();
  sea.drawn();
  map.on("zoomend", function () { if (map.getZoom() !== drawnAt) { map.closePopup(); drawSpots(); } });
  map.on("moveend resize", arrange);
  if (select) select.addEventListener("change", function () { map.closePopup(); refit(); drawSpots(); });
  box.addEventListener("keydown", function (event) { if (event.key === "Escape") map.closePopup(); });
  window.addEventListener("beforeprint", refit);
  window.addEventListener("afterprint", refit);
  document.getElementById("no-map").hidden = true;
  box.setAttribute("data-ready", "yes");
})();
