// Sends the hand-in form with a progress bar. Without this script the same form posts by itself.
(function () {
  "use strict";

  function setUp(form) {
    if (form.dataset.ready) return;
    form.dataset.ready = "yes";
    var input = form.querySelector("input[type=file]");
    var drop = form.querySelector("[data-drop]");
    var chosen = form.querySelector("[data-chosen]");
    var meter = form.querySelector("[data-progress]");
    var button = form.querySelector("button[type=submit]");

    function showChosen() {
      var file = input.files && input.files[0];
      chosen.textContent = file ? chosen.dataset.label + " " + file.name + " (" + size(file.size) + ")" : chosen.dataset.none;
      drop.classList.toggle("has-file", Boolean(file));
    }

    input.addEventListener("change", showChosen);
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
        showChosen();
        button.focus();
      }
    });

    form.addEventListener("submit", function (event) {
      if (!input.files || !input.files.length) return; // the server answers with the error summary
      event.preventDefault();
      send(form, meter, button);
    });
    showChosen();
  }

  function send(form, meter, button) {
    var bar = meter.querySelector("progress");
    var words = meter.querySelector("[data-words]");
    var request = new XMLHttpRequest();
    meter.hidden = false;
    button.disabled = true;
    words.textContent = meter.dataset.sending;
    request.open("POST", form.action);
    request.upload.addEventListener("progress", function (event) {
      if (!event.lengthComputable) return;
      bar.value = Math.round((event.loaded / event.total) * 100);
      if (event.loaded === event.total) words.textContent = meter.dataset.checking;
    });
    request.addEventListener("load", function () {
      if (request.status < 400 && request.responseURL && request.responseURL !== new URL(form.action, location.href).href) {
        location.assign(request.responseURL);
      } else {
        show(request.responseText);
      }
    });
    request.addEventListener("error", function () {
      words.textContent = meter.dataset.failed;
      bar.removeAttribute("value");
      button.disabled = false;
    });
    request.send(new FormData(form));
  }

  function show(html) {
    var answer = new DOMParser().parseFromString(html, "text/html");
    var main = answer.querySelector("main");
    if (!main) {
      location.reload();
      return;
    }
    document.title = answer.title;
    document.querySelector("main").replaceWith(document.adoptNode(main));
    start();
  }

  function size(bytes) {
    return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " kB" : (bytes / 1048576).toFixed(1) + " MB";
  }

  function start() {
    document.querySelectorAll("form[data-hand-in]").forEach(setUp);
    var summary = document.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  }

  start();
})();
