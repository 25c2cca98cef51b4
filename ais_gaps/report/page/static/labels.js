"use strict";
// Names on a map. A label: its element, where, how light it is, how far from its point; body or dot: what stands at the point.
var Labels = (function () {
  // Labels that would lie over one another: each tries the four sides, the weightier ones first; who finds no room is hidden.
  function arrange(map, labels) {
    var taken = [];
    var size = map.getSize();
    function free(room) {
      return taken.every(function (other) { return room[0] > other[2] || room[2] < other[0] || room[1] > other[3] || room[3] < other[1]; });
    }
    function place(element, p, gap) {
      var wide = element.offsetWidth, high = element.offsetHeight;
      var sides = [[gap, -high / 2], [-gap - wide, -high / 2], [-wide / 2, gap], [-wide / 2, -gap - high], [gap, gap / 2], [-gap - wide, gap / 2], [gap, -high - gap / 2], [-gap - wide, -high - gap / 2]];
      for (var i = 0; i < sides.length; i++) {
        var room = [p.x + sides[i][0] - 1, p.y + sides[i][1] - 1, p.x + sides[i][0] + wide + 1, p.y + sides[i][1] + high + 1];
        if (room[0] >= 2 && room[2] <= size.x - 2 && room[1] >= 2 && room[3] <= size.y - 2 && free(room)) {
          taken.push(room);
          return sides[i];
        }
      }
      return null;
    }
    labels.forEach(function (label) {
      var point = map.latLngToContainerPoint(label.at);
      label.point = point;
      if (!label.port && label.gap > 8) taken.push([point.x - 8, point.y - 8, point.x + 8, point.y + 8]);
    });
    labels.slice().sort(function (a, b) { return a.weight - b.weight; }).forEach(function (label) {
      var p = label.point, gap = label.gap, chosen = null;
      var outside = p.x < 0 || p.y < 0 || p.x > size.x || p.y > size.y;
      label.element.classList.remove("brief");
      if (!outside) chosen = place(label.element, p, gap);
      if (!outside && !chosen && label.body) {
        label.element.classList.add("brief");
        chosen = place(label.element, p, gap) || place(label.element, p, 2 * gap);
      }
      (label.dot || label.element).classList.toggle("hidden", !chosen);
      if (label.body) label.body.classList.toggle("named", !!chosen && !label.element.classList.contains("brief"));
      if (chosen) { label.element.style.left = chosen[0] + "px"; label.element.style.top = chosen[1] + "px"; }
    });
  }
  return { arrange: arrange };
})();
