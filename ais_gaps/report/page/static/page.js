"use strict";
(function () {
  function reveal() {
    var name = decodeURIComponent(location.hash.slice(1));
    var target = name && document.getElementById(name);
    if (!target) return;
    var opened = false;
    for (var at = target.parentElement; at; at = at.parentElement) {
      if (at.tagName === "DETAILS" && !at.open) { at.open = true; opened = true; }
    }
    if (opened) target.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  var shut = [];
  window.addEventListener("beforeprint", function () {
    shut = Array.prototype.filter.call(document.querySelectorAll("details:not([open])"), function (d) { return !d.classList.contains("words") && !d.classList.contains("why"); });
    shut.forEach(function (d) { d.open = true; });
  });
  window.addEventListener("afterprint", function () { shut.forEach(function (d) { d.open = false; }); });

  var data = document.getElementById("dossier-data"), save = document.getElementById("save");
  if (data && save) {
    save.hidden = false;
    save.addEventListener("click", function () {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([data.textContent], { type: "application/json" }));
      link.download = "dossier.json";
      link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    });
  }

  var tip = null;
  function hide() { if (tip) { tip.remove(); tip = null; } }
  function tell(event) {
    var mark = event.target.closest && event.target.closest(".mark");
    hide();
    if (!mark) return;
    var title = mark.getAttribute("data-title");
    tip = document.createElement("div");
    tip.className = "tip";
    tip.textContent = title;
    document.body.appendChild(tip);
    var at = mark.getBoundingClientRect();
    var x = event.type === "mouseover" ? event.clientX : at.left;
    tip.style.left = Math.max(6, Math.min(x + 10, innerWidth - tip.offsetWidth - 8)) + "px";
    var below = at.bottom + 8;
    tip.style.top = (below + tip.offsetHeight > innerHeight ? at.top - tip.offsetHeight - 8 : below) + "px";
  }
  document.querySelectorAll(".mark > title").forEach(function (title) {
    title.parentNode.setAttribute("data-title", title.textContent);
    title.remove();
  });
  document.querySelectorAll(".timeline").forEach(function (line) {
    line.addEventListener("mouseover", tell);
    line.addEventListener("focusin", tell);
    line.addEventListener("mouseleave", hide);
    line.addEventListener("focusout", hide);
    line.addEventListener("scroll", hide);
  });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") hide(); });
})();
