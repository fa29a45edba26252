// Small conveniences; every page works without them.
(function () {
  "use strict";

  // Colour scheme and text size: kept in a cookie, so that the server sends the right page at once.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-set]");
    if (!button) return;
    var parts = button.dataset.set.split("=");
    document.cookie = parts[0] + "=" + parts[1] + ";path=/;max-age=31536000;samesite=lax";
    document.documentElement.dataset[parts[0]] = parts[1];
    document.querySelectorAll("[data-set]").forEach(function (other) {
      var pair = other.dataset.set.split("=");
      if (pair[0] === parts[0]) other.setAttribute("aria-pressed", String(pair[1] === parts[1]));
    });
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // Search box: a combobox whose suggestions come from the server.
  document.querySelectorAll("[data-suggest]").forEach(function (box) {
    var input = box.querySelector("input[type=search]");
    var list = box.querySelector("[role=listbox]");
    var status = box.querySelector("[role=status]");
    var timer = 0, asked = 0, active = -1;

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function options() { return Array.from(list.querySelectorAll("[role=option]")); }
    function close() { list.hidden = true; active = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); }
    function mark(place) {
      var all = options();
      if (!all.length) return;
      active = (place + all.length) % all.length;
      all.forEach(function (one, i) { one.setAttribute("aria-selected", String(i === active)); });
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
    function go(option) { window.location.assign(option.dataset.address); }

    input.addEventListener("input", function () {
      window.clearTimeout(timer);
      var text = input.value.trim();
      if (text.length < 2) { close(); status.textContent = ""; return; }
      timer = window.setTimeout(function () {
        var number = ++asked;
        fetch(box.dataset.suggest + "?q=" + encodeURIComponent(text), { headers: { "X-Requested-With": "fetch" } })
          .then(function (answer) { return answer.ok ? answer.text() : ""; })
          .then(function (html) {
            if (number !== asked || document.activeElement !== input) return;
            list.innerHTML = html;
            var n = options().length;
            list.hidden = n === 0;
            active = -1;
            input.setAttribute("aria-expanded", String(n > 0));
            status.textContent = (n ? box.dataset.found : box.dataset.none).replace("{n}", n);
          })
          .catch(close);
      }, 120);
    });
    input.addEventListener("keydown", function (event) {
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); mark(active + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(active - 1); }
      else if (event.key === "Escape") { close(); }
      else if (event.key === "Enter" && active >= 0) { event.preventDefault(); go(options()[active]); }
    });
    list.addEventListener("mousedown", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) { event.preventDefault(); go(option); }
    });
    input.addEventListener("blur", function () { window.setTimeout(close, 150); });
  });

  document.querySelectorAll("[data-opens]").forEach(function (button) {
    var dialog = document.getElementById(button.dataset.opens);
    if (dialog && dialog.showModal) button.addEventListener("click", function () { dialog.showModal(); });
  });
})();
