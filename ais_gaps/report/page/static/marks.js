"use strict";
// Small parts of the map: elements built by hand, so that no text is ever read as markup.
var Marks = (function () {
  var SVG = "http://www.w3.org/2000/svg";

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined && text !== null) made.textContent = text;
    return made;
  }

  function sign(name, size) {
    var svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "sign sign-" + name);
    svg.setAttribute("width", size || 16);
    svg.setAttribute("height", size || 16);
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    var use = document.createElementNS(SVG, "use");
    use.setAttribute("href", "#sign-" + name);
    use.setAttribute("width", 16);
    use.setAttribute("height", 16);
    svg.appendChild(use);
    return svg;
  }

  function degrees(value, positive, negative) {
    var turned = value;
    if (positive === "E") turned = ((value + 180) % 360 + 360) % 360 - 180;
    var size = Math.abs(turned);
    var text = (Math.round(size * 1000) / 1000) + "°";
    return size === 0 || (positive === "E" && size === 180) ? text : text + (turned < 0 ? negative : positive);
  }

  return { element: element, sign: sign, degrees: degrees };
})();
