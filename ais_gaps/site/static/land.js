"use strict";
// Land of the map: the world at once, tiles of finer land where one looks closely. The files call world() and tile().
var Land = (function () {
  var CLOSE = 5.5; // zoom from which the fine land is drawn
  var data = null, waiting = null, fine = {}, asked = {};

  function load(address) {
    var script = document.createElement("script");
    script.src = address;
    document.head.appendChild(script);
  }
  function unpack(rings, turn) {
    return rings.map(function (steps) {
      var x = 0, y = 0, points = [];
      for (var i = 0; i < steps.length; i += 2) {
        x += steps[i]; y += steps[i + 1];
        points.push([y * data.step, x * data.step + turn]);
      }
      return points;
    });
  }
  // Longitudes of the map run on over the antimeridian, 200 degrees to both sides of its centre.
  function turns(west, east, centre) {
    return [-360, 0, 360].filter(function (turn) { return east + turn > centre - 205 && west + turn < centre + 205; });
  }
  function put(map, folder, centre, ready) {
    var renderer = L.svg({ pane: "land", padding: 0.3 });
    var coarse = L.layerGroup(), close = L.layerGroup();
    function polygon(rings, turn, smooth) {
      return L.polygon(rings.map(function (polygon) { return unpack(polygon, turn); }), { pane: "land", className: "land", interactive: false, smoothFactor: smooth, renderer: renderer });
    }
    function needed() {
      var seen = map.getBounds().pad(0.15), found = [];
      data.tiles.forEach(function (name) {
        var at = name.split("_").map(Number);
        turns(at[0], at[0] + data.tile, centre).forEach(function (turn) {
          var west = at[0] + turn;
          if (west < seen.getEast() && west + data.tile > seen.getWest() && at[1] < seen.getNorth() && at[1] + data.tile > seen.getSouth()) found.push({ name: name, turn: turn });
        });
      });
      return found;
    }
    var drawn = {};
    function refresh() {
      if (map.getZoom() < CLOSE) {
        if (!map.hasLayer(coarse)) { map.removeLayer(close); map.addLayer(coarse); }
        return;
      }
      var tiles = needed(), complete = true;
      tiles.forEach(function (tile) {
        if (!fine[tile.name]) {
          complete = false;
          if (!asked[tile.name]) { asked[tile.name] = true; load(folder + tile.name + ".js"); }
          return;
        }
        var key = tile.name + " " + tile.turn;
        if (!drawn[key]) { drawn[key] = true; close.addLayer(polygon(fine[tile.name], tile.turn, 0.8)); }
      });
      if (complete && !map.hasLayer(close)) { map.removeLayer(coarse); map.addLayer(close); }
    }
    waiting = {
      world: function () {
        turns(-180, 180, centre).forEach(function (turn) { coarse.addLayer(polygon(data.rings, turn, 0.7)); });
        map.addLayer(coarse);
        map.on("moveend", refresh);
        refresh();
        ready();
      },
      tile: refresh
    };
    load(folder + "world.js");
  }
  return {
    put: put,
    world: function (found) { data = found; waiting.world(); },
    tile: function (name, rings) { fine[name] = rings; waiting.tile(); }
  };
})();
