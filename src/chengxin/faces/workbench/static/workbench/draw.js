// Chooses a party's secret value and computes its commitment in the browser, so that the platform never sees the value
// before it is revealed. Without this script: bin/manage draw commit.
(function () {
  "use strict";

  var part = document.querySelector("[data-commit]");
  if (!part || !window.crypto || !window.crypto.subtle) return;
  var button = part.querySelector("[data-choose]");
  var shown = part.querySelector("[data-value]");
  var field = part.querySelector("input[name=commitment]");
  var kept = part.querySelector("[data-kept]");
  button.hidden = false;

  function hex(bytes) {
    return Array.from(new Uint8Array(bytes), function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }

  button.addEventListener("click", function () {
    var value = hex(window.crypto.getRandomValues(new Uint8Array(32)));
    var lines = ["chengxin draw commitment 1", part.dataset.draw, part.dataset.round, part.dataset.party, value];
    window.crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\n"))).then(function (digest) {
      field.value = hex(digest);
      shown.value = value;
      kept.hidden = false;
      var link = kept.querySelector("a");
      link.href = URL.createObjectURL(new Blob([value + "\n"], { type: "text/plain" }));
      link.download = part.dataset.draw + "-" + part.dataset.round + ".txt";
      shown.focus();
      shown.select();
    });
  });
})();
