"use strict";
// The land under the map of a dossier, from the tiles that all maps of the site share.
(function () {
  var made = Sea.made;
  Sea.made = function (box, data) {
    var sea = made(box, data);
    if (data.land.beside) Land.put(sea.map, data.land.beside, data.centre, function () { box.setAttribute("data-land", ""); });
    return sea;
  };
})();
