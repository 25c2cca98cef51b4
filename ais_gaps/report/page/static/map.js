"use strict";
(function () {
  var source = document.getElementById("map-data");
  var box = document.getElementById("map");
  if (!source || !box || !window.L) return;
  var data = JSON.parse(source.textContent);
  var ORDER = ["sighting", "off", "on", "hull", "nothing_seen", "reach_place", "observation", "place"];
  var WORDS = {};
  data.legend.forEach(function (line) { WORDS[line.role] = line.words; });
  var sea = Sea.made(box, data), map = sea.map;
  [["areas", 250], ["lines", 400], ["ports", 450]].forEach(function (pane) {
    var made = map.createPane(pane[0]);
    made.style.zIndex = pane[1];
    made.style.pointerEvents = "none";
  });
  map.getPane("areas").style.opacity = 0.22;
  map.getPane("lines").style.pointerEvents = "";
  var shapes = L.layerGroup().addTo(map), spots = L.layerGroup().addTo(map), ports = L.layerGroup().addTo(map);
  var select = document.getElementById("view");
  var checks = Array.prototype.slice.call(document.querySelectorAll(".legend input"));
  var labels = [];

  function switched(role) {
    var wanted = role === "leg" ? "gap" : role;
    return checks.every(function (check) { return check.value !== wanted || check.checked; });
  }
  function inView(item, view) {
    if (view.silence === undefined || item.role === "place") return true;
    if (item.role === "track") return item.start <= view.end && item.end >= view.start;
    if (item.silence !== view.silence) return false;
    if (view.leg === undefined) return true;
    if (item.leg) return item.leg === view.leg;
    if (item.role === "gap") return false;
    return item.start === null || (item.start <= view.end && (item.end === null || item.end >= view.start));
  }
  function link(item) {
    var more = Marks.element("a", "", "row");
    more.href = "#" + item.to;
    return more;
  }
  function told(item) {
    var made = Marks.element("li");
    made.appendChild(Marks.element("b", "", item.name + ". "));
    made.appendChild(document.createTextNode(item.text + " "));
    if (item.refs.length) made.appendChild(Marks.element("span", "refs", "[" + item.refs.join(" ") + "] "));
    if (item.to) made.appendChild(link(item));
    return made;
  }
  function popup(name, items, at) {
    var made = Marks.element("div");
    if (name) made.appendChild(Marks.element("div", "spot-name", name));
    if (at) made.appendChild(Marks.element("div", "quiet", Marks.degrees(at[0], "N", "S") + " " + Marks.degrees(at[1], "E", "W")));
    ORDER.forEach(function (role) {
      var mine = items.filter(function (item) { return item.role === role; });
      if (!mine.length) return;
      var head = Marks.element("h4");
      head.appendChild(Marks.sign(role));
      head.appendChild(Marks.element("span", "", (mine.length > 1 ? mine.length + " × " : "") + WORDS[role]));
      made.appendChild(head);
      var list = Marks.element("ul");
      mine.forEach(function (item) { list.appendChild(told(item)); });
      made.appendChild(list);
    });
    var other = items.filter(function (item) { return ORDER.indexOf(item.role) < 0; });
    if (other.length) {
      var rest = Marks.element("ul");
      other.forEach(function (item) { rest.appendChild(told(item)); });
      made.appendChild(rest);
    }
    return made;
  }
  function counts(items) {
    return ORDER.map(function (role) {
      return [role, items.filter(function (item) { return item.role === role; }).length];
    }).filter(function (pair) { return pair[1]; });
  }

  // The number is drawn by the style sheet: what is read aloud says it in words.
  function numbered(className, count) {
    var made = Marks.element("span", className);
    made.setAttribute("data-count", count);
    return made;
  }

  function addSpot(spot, items) {
    var found = counts(items);
    if (!found.length) return;
    var body = Marks.element("div", "spot");
    body.setAttribute("aria-hidden", "true");
    body.appendChild(Marks.sign(found[0][0], 18));
    var things = items.filter(function (item) { return item.role !== "place"; });
    var seen = things.filter(function (item) { return item.role !== "reach_place" && ORDER.indexOf(item.role) >= 0; });
    if (seen.length > 1) body.appendChild(numbered("many", seen.length));
    var own = { off: "last heard", on: "heard again" };
    var name = spot.name || found.map(function (pair) { return own[pair[0]]; }).filter(Boolean).join(", ");
    var label = Marks.element("div", "spot-label", name);
    if (seen.length > 1) {
      var chips = Marks.element("small");
      counts(seen).forEach(function (pair) {
        var chip = numbered("chip", pair[1]);
        chip.appendChild(Marks.sign(pair[0], 11));
        chips.appendChild(chip);
      });
      label.appendChild(chips);
    }
    body.appendChild(label);
    var size = seen.length ? 22 : 16;
    var said = name + ": " + (things.length ? found.filter(function (p) { return p[0] !== "place"; }).map(function (p) { return p[1] + " × " + WORDS[p[0]]; }).join("; ") : "watched place");
    var marker = L.marker([spot.lat, spot.lon], {
      icon: L.divIcon({ className: "", html: holder(body, size), iconSize: [size, size], iconAnchor: [size / 2, size / 2] }),
      alt: said, title: "", riseOnHover: true, zIndexOffset: 1000 - 100 * ORDER.indexOf(found[0][0])
    });
    marker.bindPopup(function () { return popup(spot.name || name, items, [spot.lat, spot.lon]); }, { maxWidth: 340, minWidth: 200, autoPanPadding: [20, 20] });
    marker.addTo(spots);
    var icon = marker.getElement();
    if (icon) icon.setAttribute("aria-label", said);
    labels.push({ element: label, body: body, at: [spot.lat, spot.lon], weight: ORDER.indexOf(found[0][0]) - Math.min(seen.length, 50) / 100, gap: 11 });
  }
  function holder(body, size) {
    var made = Marks.element("div");
    body.style.position = "absolute";
    body.style.left = body.style.top = size / 2 + "px";
    made.appendChild(body);
    return made;
  }

  function draw(view) {
    shapes.clearLayers(); spots.clearLayers(); ports.clearLayers();
    labels = [];
    var longest = null;
    data.shapes.forEach(function (item) {
      if (!inView(item, view) || !switched(item.role)) return;
      if (item.role === "gap" && data.shapes.some(function (other) { return other.role === "leg" && other.silence === item.silence; })) return;
      var layer;
      if (item.role === "reach_area") {
        layer = L.polygon(item.at, { pane: "areas", className: "area", interactive: false, renderer: areas });
      } else {
        layer = L.polyline(item.at, { pane: "lines", className: "line-" + (item.role === "leg" ? "gap" : item.role), renderer: lines, smoothFactor: 0.5 });
        layer.bindPopup(function () { return popup("", [item], null); }, { maxWidth: 340 });
        if (item.role !== "track") {
          var ends = item.at[0], size = map.distance(ends[0], ends[ends.length - 1]);
          if (!longest || size > longest.size) longest = { size: size, at: [(ends[0][0] + ends[ends.length - 1][0]) / 2, (ends[0][1] + ends[ends.length - 1][1]) / 2] };
        }
      }
      layer.addTo(shapes);
    });
    data.spots.forEach(function (spot) {
      addSpot(spot, spot.items.filter(function (item) { return inView(item, view) && switched(item.role); }));
    });
    if (longest && longest.size > 20000) {
      var words = Marks.element("div", "unknown-label", "not heard; no path is known");
      var holding = Marks.element("div");
      holding.appendChild(words);
      words.style.position = "absolute";
      L.marker(longest.at, { pane: "ports", interactive: false, keyboard: false, icon: L.divIcon({ className: "", html: holding, iconSize: [0, 0] }) }).addTo(spots);
      labels.push({ element: words, at: longest.at, weight: 1.5, gap: 6 });
    }
    data.ports.forEach(function (port) {
      if (map.getZoom() < 4.5 && !port[3]) return;
      var body = Marks.element("div", "port");
      body.appendChild(Marks.element("i"));
      var name = Marks.element("span", "", port[0]);
      body.appendChild(name);
      var near = data.spots.some(function (spot) { return Math.abs(spot.lat - port[1]) + Math.abs(spot.lon - port[2]) < 0.25; });
      if (near) return;
      L.marker([port[1], port[2]], { pane: "ports", interactive: false, keyboard: false, icon: L.divIcon({ className: "", html: body, iconSize: [0, 0] }) }).addTo(ports);
      labels.push({ element: name, dot: body, at: [port[1], port[2]], weight: 20, gap: 5, port: true });
    });
    checks.forEach(function (check) {
      var items = data.shapes.concat.apply(data.shapes, data.spots.map(function (spot) { return spot.items; }));
      var there = items.some(function (item) { return (item.role === "leg" ? "gap" : item.role) === check.value && inView(item, view); });
      check.parentNode.classList.toggle("absent", !there);
    });
    arrange();
  }

  function arrange() { Labels.arrange(map, labels); }

  function frame(view) {
    var all = [], strong = [];
    data.spots.forEach(function (spot) {
      spot.items.forEach(function (item) {
        if (!inView(item, view) || item.role === "place") return;
        all.push([spot.lat, spot.lon]);
        if (item.role !== "observation" && (view.silence !== undefined || item.silence !== null)) strong.push([spot.lat, spot.lon]);
      });
    });
    data.shapes.forEach(function (item) {
      if (!inView(item, view) || item.role === "reach_area" || (view.silence !== undefined && item.role === "track")) return;
      item.at.forEach(function (part) { all = all.concat(part); });
    });
    var points = strong.length ? strong : all;
    if (!points.length) { map.setView([30, data.centre], 2, { animate: false }); return; }
    map.fitBounds(L.latLngBounds(points).pad(0.06), { animate: false, maxZoom: 8, paddingTopLeft: [30, 30], paddingBottomRight: [30, 40] });
  }

  var areas = L.svg({ pane: "areas", padding: 0.5 }), lines = L.svg({ pane: "lines", padding: 0.5 });
  data.views.forEach(function (view, index) {
    var option = Marks.element("option", "", view.name);
    option.value = index;
    option.selected = index === data.view;
    select.appendChild(option);
  });
  function chosen() { return data.views[Number(select.value)] || data.views[0]; }
  function show() { map.closePopup(); frame(chosen()); draw(chosen()); }
  select.addEventListener("change", show);
  document.getElementById("frame").addEventListener("click", show);
  checks.forEach(function (check) { check.addEventListener("change", function () { draw(chosen()); }); });
  var far = null;
  map.on("zoomend", function () {
    // Which ports are named depends on how far away one looks.
    var now = map.getZoom() < 4.5;
    if (far !== null && now !== far) draw(chosen());
    far = now;
  });
  map.on("moveend zoomend resize", arrange);
  show();
  sea.drawn(); arrange();
  document.getElementById("no-map").hidden = true;
  box.setAttribute("data-ready", "yes");
  function refit() { map.invalidateSize(false); show(); }
  window.addEventListener("beforeprint", refit);
  window.addEventListener("afterprint", refit);
  if (window.matchMedia) window.matchMedia("print").addEventListener("change", refit);
  document.fonts && document.fonts.ready.then(arrange);
})();
