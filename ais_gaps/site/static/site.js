"use strict";
// On every page: a box to search from, and "/" that leads there.
(function () {
  var head = document.querySelector(".masthead"), root = document.body.getAttribute("data-root") || "";
  var own = document.getElementById("find");
  var box = own;
  if (!own && head) {
    var form = document.createElement("form");
    form.className = "find";
    form.setAttribute("role", "search");
    form.setAttribute("aria-label", "All days");
    box = document.createElement("input");
    box.type = "search";
    box.placeholder = "Name, MMSI or IMO";
    box.setAttribute("aria-label", "Search all days by name, MMSI or IMO");
    box.autocomplete = "off";
    box.spellcheck = false;
    var button = document.createElement("button");
    button.textContent = "Search";
    form.appendChild(box);
    form.appendChild(button);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (box.value.trim()) location.href = root + "search.html#q=" + encodeURIComponent(box.value.trim());
    });
    head.appendChild(form);
  }
  document.addEventListener("keydown", function (event) {
    var at = document.activeElement;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box) return;
    if (at && /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName)) return;
    event.preventDefault();
    box.focus();
  });
})();

// Text to be compared: without case, accents and doubled spaces, in every script.
var Folded = {
  of: function (text) {
    return String(text).normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
      .replace(/ø/g, "o").replace(/æ/g, "ae").replace(/ß/g, "ss").replace(/ł/g, "l").replace(/đ/g, "d").replace(/\s+/g, " ").trim();
  },
  words: function (text) { return Folded.of(text).split(" ").filter(Boolean); },
  all: function (text, words) { return words.every(function (word) { return text.indexOf(word) >= 0; }); }
};
