// Moves the focus to the result when the watched submission is done, so that keyboard and screen reader follow.
(function () {
  "use strict";
  document.body.addEventListener("htmx:afterSettle", function () {
    var result = document.querySelector("[data-fresh-result]");
    if (result && (document.activeElement === document.body || !document.activeElement)) result.focus();
  });
})();
