// Lists the files that were chosen and takes files dropped on the field. Without this script the field works by itself.
(function () {
  "use strict";

  function size(bytes) {
    return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " kB" : (bytes / 1048576).toFixed(1) + " MB";
  }

  document.querySelectorAll("[data-files]").forEach(function (drop) {
    var input = drop.querySelector("input[type=file]");
    var chosen = drop.querySelector("[data-chosen]");

    function show() {
      chosen.replaceChildren();
      Array.prototype.forEach.call(input.files, function (file) {
        var line = document.createElement("li");
        line.textContent = file.name + " (" + size(file.size) + ")";
        chosen.appendChild(line);
      });
    }

    input.addEventListener("change", show);
    ["dragenter", "dragover"].forEach(function (name) {
      drop.addEventListener(name, function (event) {
        event.preventDefault();
        drop.classList.add("is-over");
      });
    });
    ["dragleave", "drop"].forEach(function (name) {
      drop.addEventListener(name, function (event) {
        event.preventDefault();
        drop.classList.remove("is-over");
      });
    });
    drop.addEventListener("drop", function (event) {
      if (event.dataTransfer && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        show();
      }
    });
    show();
  });
})();
