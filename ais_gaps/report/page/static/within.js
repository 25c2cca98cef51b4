"use strict";
// In a frame of a notebook (srcdoc) a link to a part of this page is taken for one to the notebook: the part is shown instead.
// A link to another page opens beside the notebook, and not in the frame.
(function () {
  if (location.protocol !== "about:") return;
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a");
    var name = link && link.getAttribute("href");
    if (!name) return;
    if (name.charAt(0) !== "#") {
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      return;
    }
    event.preventDefault();
    var target = document.getElementById(decodeURIComponent(name.slice(1)));
    if (!target) return;
    for (var at = target.parentElement; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
    if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  });
})();
