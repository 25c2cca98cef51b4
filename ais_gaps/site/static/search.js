"use strict";
// Search over the ships of all days. The months' files, loaded after this, call month().
var Ships = (function () {
  var MOST = 60;
  var ships = [], byKey = {}, form = document.getElementById("search"), box = document.getElementById("find");
  var hits = document.getElementById("hits"), found = document.getElementById("found"), chosen = -1;

  // rows: [mmsi, imo, name, flag, page, days of the month]; the newest month comes first.
  function month(name, rows) {
    rows.forEach(function (row) {
      var key = row.slice(0, 4).join("\n"), ship = byKey[key];
      if (!ship) {
        ship = byKey[key] = { mmsi: row[0], imo: row[1], name: row[2], flag: row[3], page: row[4], days: [] };
        ships.push(ship);
      }
      if (!ship.page && row[4]) ship.page = row[4];
      row[5].forEach(function (day) { ship.days.push(name + "-" + (day < 10 ? "0" : "") + day); });
    });
  }
  function prepare() {
    ships.forEach(function (ship) {
      if (ship.text !== undefined) return;
      ship.days.sort();
      ship.folded = Folded.of(ship.name || "");
      ship.text = ship.folded + " " + ship.mmsi + " " + (ship.imo || "") + (ship.imo ? " imo" + ship.imo : "");
    });
  }
  // A name that begins so, a word that begins so, anything else; then who was on a list last.
  function rank(ship, query) {
    if (ship.folded === query || String(ship.mmsi) === query || String(ship.imo) === query) return 0;
    if (ship.folded.indexOf(query) === 0) return 1;
    return (" " + ship.folded).indexOf(" " + query) >= 0 ? 2 : 3;
  }
  function link(address, text) {
    var made = document.createElement("a");
    made.href = address;
    made.textContent = text;
    return made;
  }
  function told(ship) {
    var item = document.createElement("li"), who = document.createElement("div"), ids = document.createElement("span"), when = document.createElement("span");
    var name = document.createElement("b"), last = ship.days[ship.days.length - 1], said = ship.name || "MMSI " + ship.mmsi;
    name.appendChild(ship.page ? link(ship.page, said) : document.createTextNode(said));
    who.appendChild(name);
    if (ship.flag) who.appendChild(document.createTextNode(" " + ship.flag));
    ids.textContent = (ship.imo ? "IMO " + ship.imo + " · " : "") + "MMSI " + ship.mmsi;
    when.textContent = ship.days.length === 1 ? "on the list of " : "on " + ship.days.length + " lists since " + ship.days[0] + ", last ";
    when.appendChild(link("day/" + last + ".html#q=" + ship.mmsi, last));
    [who, ids, when].forEach(function (part) { item.appendChild(part); });
    return item;
  }
  function look() {
    var words = Folded.words(box.value.replace(/\bimo\s+(?=\d)/i, "imo")), query = words.join(" ");
    hits.textContent = "";
    chosen = -1;
    if (!words.length) { found.textContent = ships.length.toLocaleString("en") + " ships. Type a name or a number."; return; }
    var fits = ships.filter(function (ship) { return Folded.all(ship.text, words); });
    fits.forEach(function (ship) { ship.rank = rank(ship, query); });
    fits.sort(function (a, b) {
      if (a.rank !== b.rank) return a.rank - b.rank;
      var x = a.days[a.days.length - 1], y = b.days[b.days.length - 1];
      return x === y ? (a.folded < b.folded ? -1 : a.folded > b.folded ? 1 : a.mmsi - b.mmsi) : x < y ? 1 : -1;
    });
    fits.slice(0, MOST).forEach(function (ship) { hits.appendChild(told(ship)); });
    found.textContent = !fits.length ? "No ship of that name or number is on a list of this site." :
      fits.length.toLocaleString("en") + (fits.length === 1 ? " ship" : " ships") + (fits.length > MOST ? ", the first " + MOST + " shown" : "") + ".";
  }
  function keep() {
    var text = box.value.trim();
    history.replaceState(null, "", text ? "#q=" + encodeURIComponent(text) : location.pathname + location.search);
  }
  function fill() {
    var part = location.hash.slice(1).split("&").filter(function (one) { return one.indexOf("q=") === 0; })[0];
    if (part !== undefined) {
      try { box.value = decodeURIComponent(part.slice(2)); } catch (error) { box.value = ""; }
    }
    look();
  }
  document.addEventListener("DOMContentLoaded", function () {
    prepare();
    form.hidden = false;
    document.getElementById("unsearched").hidden = true;
    box.focus();
    fill();
    var later = 0;
    box.addEventListener("input", function () {
      clearTimeout(later);
      later = setTimeout(function () { keep(); look(); }, 80);
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var first = hits.querySelector("a");
      if (first) first.focus();
    });
    // Arrows walk through what was found.
    document.addEventListener("keydown", function (event) {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      var links = Array.prototype.map.call(hits.children, function (item) { return item.querySelector("a"); });
      if (!links.length) return;
      var at = links.map(function (one) { return one.parentNode.closest("li"); }).indexOf(document.activeElement.closest && document.activeElement.closest("li"));
      if (at < 0 && document.activeElement !== box) return;
      event.preventDefault();
      var to = at + (event.key === "ArrowDown" ? 1 : -1);
      if (to < 0) box.focus(); else if (links[to]) links[to].focus();
    });
    window.addEventListener("hashchange", fill);
  });
  return { month: month };
})();
