// Sends a terminal that trusts this server on to HTTPS, and says what is in the way of others.
// No modules and no syntax of recent years: whatever browser a terminal has shall read this.
(function () {
  "use strict";
  var origins = JSON.parse(document.body.dataset.origins);
  var here = location.hostname;
  var matching = origins.filter(function (origin) { return new URL(origin).hostname === here; });
  var target = matching[0] || origins[0];
  var link = target + location.pathname + location.search;
  var $ = function (id) { return document.getElementById(id); };

  function show(id) { $(id).hidden = false; }

  function fill(className, text) {
    Array.prototype.forEach.call(document.getElementsByClassName(className), function (part) {
      part.textContent = text;
    });
  }

  function checkClock() {
    fetch("/trust.js", { method: "HEAD", cache: "no-store" }).then(function (reply) {
      var minutes = Math.round((Date.now() - Date.parse(reply.headers.get("Date"))) / 60000);
      if (Math.abs(minutes) < 5) return;
      fill("clock-here", new Date().toLocaleString());
      fill("clock-there", new Date(Date.now() - minutes * 60000).toLocaleString());
      show("clock");
    });
  }

  function probe(goOn) {
    fetch(target + "/.well-known/exam-kiosk", { cache: "no-store" }).then(function () {
      $("trusted").hidden = false;
      $("untrusted").hidden = true;
      if (goOn && location.hash !== "#install") location.replace(link);
    }, function () { show("untrusted"); });
  }

  $("open").href = $("try").href = link;
  fill("target", target);
  if (!matching.length) { fill("here", here); show("unknown"); }
  checkClock();
  probe(true);
})();
