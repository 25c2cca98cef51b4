"use strict";
// The list of a day: filters that are kept in the address, and the map that follows them.
(function () {
  var list = document.getElementById("rows"), form = document.getElementById("filters"), box = document.getElementById("map");
  var rows = list ? Array.prototype.slice.call(list.querySelectorAll(".row")) : [], groups = list ? Array.prototype.slice.call(list.children) : [];
  var count = document.getElementById("count"), nobody = document.getElementById("nobody");
  var texts = null, map = null;
  function whole(number) { return number.toLocaleString("en"); }

  function texted(at) {
    if (!texts) texts = rows.map(function (row) { return Folded.of(row.textContent); });
    return texts[at];
  }
  function asked() {
    var found = { state: [] };
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name) return;
      if (field.type === "checkbox") {
        if (field.checked && field.name === "state") found.state.push(field.value);
        else if (field.checked) found[field.name] = field.value;
      } else if (field.value.trim()) found[field.name] = field.value.trim();
    });
    if (!found.state.length || found.state.length === 3) delete found.state;
    return found;
  }
  function apply() {
    var want = asked(), any = Object.keys(want).length > 0, shown = 0;
    var option = form.elements.place.selectedOptions[0], place = option ? option.getAttribute("data-n") : null;
    var words = want.q ? Folded.words(want.q) : [];
    rows.forEach(function (row, at) {
      var p = row.getAttribute("data-p"), verdict = row.getAttribute("data-verdict");
      var fits = (!want.state || want.state.indexOf(row.getAttribute("data-s")) >= 0) &&
        (want.p === undefined || (p !== null && Number(p) >= Number(want.p))) &&
        (want.place === undefined || row.getAttribute("data-place") === place) &&
        (want.flag === undefined || row.getAttribute("data-flag") === want.flag) &&
        (want.listed === undefined || row.hasAttribute("data-listed")) &&
        (want.evidence === undefined || row.hasAttribute("data-evidence")) &&
        (want.verdict === undefined || (want.verdict === "none" ? verdict === null : want.verdict === "any" ? verdict !== null : verdict === want.verdict)) &&
        (!words.length || Folded.all(texted(at), words));
      if (row.hidden === fits) row.hidden = !fits;
      if (fits) shown++;
    });
    groups.forEach(function (group) { group.hidden = !group.querySelector(".row:not([hidden])"); });
    count.textContent = whole(shown) + " of " + whole(rows.length);
    nobody.hidden = shown > 0;
    form.querySelector("button").hidden = !any;
    if (map) { map.show(function (row) { return !row.hidden; }); if (any) map.fit(); }
  }
  function keep() {
    var want = asked();
    var text = Object.keys(want).map(function (name) {
      return name + "=" + (name === "state" ? want.state.join(",") : encodeURIComponent(want[name]));
    }).join("&");
    history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  }
  function fill() {
    form.reset();
    location.hash.slice(1).split("&").forEach(function (part) {
      var name = part.split("=")[0], value = "";
      try { value = decodeURIComponent(part.slice(name.length + 1)); } catch (error) { return; }
      if (name === "state") {
        value.split(",").forEach(function (state) {
          Array.prototype.forEach.call(form.elements.state, function (field) { if (field.value === state) field.checked = true; });
        });
      } else if (["listed", "evidence"].indexOf(name) >= 0) form.elements[name].checked = value === "1";
      else if (["p", "place", "flag", "verdict", "q"].indexOf(name) >= 0) form.elements[name].value = value;
    });
    apply();
  }
  function arrived(scroll) {
    var fragment = location.hash.slice(1);
    if (fragment.indexOf("=") >= 0) {
      fill();
      if (scroll) document.querySelector(".list").scrollIntoView();
      return;
    }
    var row = fragment && document.getElementById(fragment);
    rows.forEach(function (one) { one.classList.toggle("here", one === row); });
    if (!row || rows.indexOf(row) < 0) return;
    if (row.hidden) { form.reset(); apply(); }
    row.querySelector("details").open = true;
    unfold(row.querySelector("details"));
    row.scrollIntoView();
    var title = row.querySelector("h3");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  // What a row has to tell stands in it as lines; a list is made of them when they are first looked at.
  function unfold(details) {
    var lines = details.querySelector(".lines");
    if (!lines) return;
    var all = Marks.element("div", "all"), facts = Marks.element("dl"), why = Marks.element("div", "why"), weighed = null, label = "";
    lines.textContent.split("\n").forEach(function (line) {
      var at = line.indexOf("\t"), head = line.slice(0, at), text = line.slice(at + 1);
      if (at < 0) {
        why.appendChild(Marks.element("h4", "", line));
        weighed = why.appendChild(Marks.element("ul", "weighed"));
      } else if (weighed) {
        var item = Marks.element("li"), nats = Marks.element("span", "nats");
        if (head) nats.appendChild(Marks.element("span", "vh", "Weight "));
        nats.appendChild(document.createTextNode(head));
        item.appendChild(nats);
        item.appendChild(Marks.element("span", "", text));
        weighed.appendChild(item);
      } else {
        var fact = label === head ? facts.lastChild : facts.appendChild(Marks.element("div"));
        if (label !== head) fact.appendChild(Marks.element("dt", "", head));
        fact.appendChild(Marks.element("dd", head === "Silence" ? "code" : "", text));
        label = head;
      }
    });
    all.appendChild(facts);
    all.appendChild(why);
    lines.replaceWith(all);
  }
  if (list) list.addEventListener("toggle", function (event) { if (event.target.open) unfold(event.target); }, true);

  if (form) {
    form.hidden = false;
    var later = 0;
    form.addEventListener("input", function (event) {
      clearTimeout(later);
      later = setTimeout(function () { keep(); apply(); }, event.target.type === "search" ? 120 : 0);
    });
    form.querySelector("button").addEventListener("click", function () {
      form.reset();
      keep();
      apply();
      if (map) map.fit();
      form.elements.state[0].focus();
    });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    if (location.hash.indexOf("=") >= 0) fill();
    window.addEventListener("hashchange", function () { arrived(true); });
  }
  if (box && window.L) {
    map = DayMap.made(box, rows);
    window.Watched = { places: map.places };
    var script = document.createElement("script");
    script.src = box.getAttribute("data-places");
    document.head.appendChild(script);
    if (form && location.hash.indexOf("=") >= 0) map.fit();
  }
  if (form) arrived(false);

  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = Array.prototype.filter.call(document.querySelectorAll(".banner details:not([open])"), function (one) { return true; });
    closed.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () { closed.forEach(function (one) { one.open = false; }); });
})();
