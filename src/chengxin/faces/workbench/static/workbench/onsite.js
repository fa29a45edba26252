// Inspections on site: shows the visits that the device keeps, writes down each entry at once, and sends what waits
// when there is a network. Everything can be sent twice: entries and files bear ids that the device chose.
(function () {
  "use strict";
  var root = document.getElementById("onsite");
  if (!root || !window.indexedDB || !window.chengxinOnsite) return;
  var words = document.getElementById("t-words").content, data = { answers: [], results: [] };
  var list = root.querySelector("[data-list]"), pane = root.querySelector("[data-visit]");
  var state = root.querySelector("[data-state]"), fault = root.querySelector("[data-fault]"), store, open, running, signedOut;

  function word(name) { return words.querySelector("[data-" + name + "]").textContent; }
  function copy(id) { return document.getElementById(id).content.firstElementChild.cloneNode(true); }
  function say(text) { fault.hidden = !text; fault.querySelector("p").textContent = text || ""; }
  function keepData(told) {
    data = told;
    return store.empty("visits").then(function () {
      return Promise.all(told.visits.map(function (v) { return store.put("visits", v); }).concat(
        store.put("visits", { id: 0, answers: told.answers, results: told.results })));
    });
  }

  function tell() {
    return Promise.all(["changes", "files", "finishes"].map(function (n) { return store.all(n); })).then(function (all) {
      var waiting = all[0].length + all[1].length + all[2].length;
      state.hidden = false;
      state.dataset.waiting = waiting;
      state.textContent = (signedOut ? word("signed-out") : navigator.onLine ? word("online") : word("offline")) + " " +
        (waiting ? word("waiting") + waiting : word("done"));
      return waiting;
    });
  }

  function entriesOf(visit) {
    return store.all("changes").then(function (rows) {
      return visit.entries.concat(rows.filter(function (r) { return r.visit === visit.id; }));
    });
  }

  function write(visit, field, value) {
    return entriesOf(visit).then(function (entries) {
      var held = chengxinOnsite.merged(entries)[field];
      if (held && JSON.stringify(held.value) === JSON.stringify(value)) return;
      var counter = entries.reduce(function (top, e) { return Math.max(top, e.counter); }, 0) + 1;
      return store.put("changes", { id: crypto.randomUUID(), visit: visit.id, field: field, value: value, counter: counter });
    }).then(sync);
  }

  // Photos are drawn anew at no more than 2,000 pixels: they travel better, and leave where they were taken behind.
  function smaller(file) {
    return createImageBitmap(file).then(function (picture) {
      var share = Math.min(1, 2000 / Math.max(picture.width, picture.height)), pad = document.createElement("canvas");
      pad.width = Math.round(picture.width * share);
      pad.height = Math.round(picture.height * share);
      pad.getContext("2d").drawImage(picture, 0, 0, pad.width, pad.height);
      return new Promise(function (done) { pad.toBlob(done, "image/jpeg", 0.85); });
    });
  }

  function keepFile(visit, purpose, blob, name) {
    var row = { id: crypto.randomUUID(), visit: visit.id, purpose: purpose, blob: blob, name: name };
    return store.put("files", row).then(function () { return row.id; });
  }

  function send(address, body, csrf, asJson) {
    var headers = { "X-CSRFToken": csrf };
    if (asJson) headers["Content-Type"] = "application/json";
    return fetch(address, { method: "POST", headers: headers, body: body }).then(function (answer) {
      if (answer.redirected) throw new Error("signed out");
      return answer.json().then(function (told) { return { ok: answer.ok, status: answer.status, told: told }; });
    });
  }

  function refused(answer) { say(answer.told.sentence + " " + answer.told.hint); }

  function sendFiles(csrf, rows) {
    return rows.reduce(function (before, row) {
      return before.then(function () {
        var form = new FormData();
        form.append("purpose", row.purpose);
        form.append("file", row.blob, row.name);
        return send(root.dataset.scope + "/" + row.visit + "/files/" + row.id, form, csrf).then(function (answer) {
          if (!answer.ok) refused(answer);
          if (answer.ok || answer.status < 500) return store.drop("files", row.id);
        });
      });
    }, Promise.resolve());
  }

  function sendChanges(csrf, rows) {
    var of = {};
    rows.forEach(function (r) { (of[r.visit] = of[r.visit] || []).push(r); });
    return Object.keys(of).reduce(function (before, visit) {
      return before.then(function () {
        var entries = of[visit].map(function (r) { return { id: r.id, field: r.field, value: r.value, counter: r.counter }; });
        var body = JSON.stringify({ made_at: new Date().toISOString(), entries: entries });
        return send(root.dataset.scope + "/" + visit + "/entries", body, csrf, true).then(function (answer) {
          if (!answer.ok) refused(answer);
          if (!answer.ok && answer.status >= 500) return;
          return store.get("visits", Number(visit)).then(function (held) {
            if (!held || !answer.ok) return;
            held.entries = answer.told.entries;
            if (open && open.id === held.id) open.entries = held.entries;
            return store.put("visits", held);
          }).then(function () { return Promise.all(of[visit].map(function (r) { return store.drop("changes", r.id); })); });
        });
      });
    }, Promise.resolve());
  }

  function sendFinishes(csrf, rows) {
    return rows.reduce(function (before, row) {
      return before.then(function () {
        return send(root.dataset.scope + "/" + row.id + "/finish", "", csrf).then(function (answer) {
          if (answer.ok) { say(""); state.dataset.finished = "yes"; if (open && open.id === row.id) back(); } else refused(answer);
          if (answer.ok || answer.status < 500) return store.drop("finishes", row.id);
        });
      });
    }, Promise.resolve());
  }

  function ask() {
    return fetch(root.dataset.source, { cache: "no-store" }).then(function (answer) {
      signedOut = answer.redirected || !answer.ok;
      if (signedOut) throw new Error("signed out");
      return answer.json();
    });
  }

  function sync() {
    if (running) { running.again = true; return running.promise; }
    if (!navigator.onLine) return tell();
    var turn = running = { again: false };
    turn.promise = ask().then(function (told) {
      return store.all("files").then(function (rows) { return sendFiles(told.csrf, rows); })
        .then(function () { return store.all("changes"); }).then(function (rows) { return sendChanges(told.csrf, rows); })
        .then(function () { return store.all("finishes"); }).then(function (rows) { return sendFinishes(told.csrf, rows); })
        .then(ask).then(keepData);
    }).catch(function () {}).then(function () {
      running = undefined;
      return tell();
    }).then(function (waiting) {
      if (!open) show();
      return turn.again ? sync() : waiting;
    });
    return turn.promise;
  }

  function show() {
    return store.all("visits").then(function (rows) {
      var shown = document.createElement("ul");
      shown.className = "results";
      rows.filter(function (v) { return v.id; }).forEach(function (visit) {
        var line = copy("t-item"), button = line.querySelector("[data-open]");
        button.textContent = visit.name;
        button.addEventListener("click", function () { enter(visit); });
        line.querySelector("[data-about]").textContent = visit.number + " · " + visit.matters.map(function (m) { return m.name; }).join("、");
        shown.appendChild(line);
      });
      var nothing = document.createElement("p");
      nothing.textContent = word("empty");
      list.replaceChildren(shown.children.length ? shown : nothing);
    });
  }

  function back() { open = undefined; pane.hidden = true; pane.replaceChildren(); list.hidden = false; show(); }

  function matterPart(visit, matter, values) {
    var part = copy("t-matter"), result = part.querySelector("[data-result]"), note = part.querySelector("[data-note]");
    part.querySelector("legend").textContent = matter.name;
    part.querySelector("[data-basis]").textContent = matter.basis;
    result.id = "r-" + matter.code;
    part.querySelector("[data-for-result]").htmlFor = result.id;
    note.id = "n-" + matter.code;
    part.querySelector("[data-for-note]").htmlFor = note.id;
    data.results.forEach(function (r) { result.add(new Option(r.name, r.code)); });
    result.value = (values["result:" + matter.code] || { value: "" }).value;
    note.value = (values["note:" + matter.code] || { value: "" }).value;
    result.addEventListener("change", function () { write(visit, "result:" + matter.code, result.value); });
    note.addEventListener("change", function () { write(visit, "note:" + matter.code, note.value.trim()); });
    matter.items.forEach(function (item) {
      var check = copy("t-check"), field = "answer:" + matter.code + ":" + item.code;
      check.querySelector("legend").textContent = item.text;
      data.answers.forEach(function (answer) {
        var box = document.createElement("input"), label = document.createElement("label");
        box.type = "radio";
        box.name = field;
        box.id = field + ":" + answer.code;
        box.checked = (values[field] || {}).value === answer.code;
        box.addEventListener("change", function () { write(visit, field, answer.code); });
        label.htmlFor = box.id;
        label.textContent = answer.name;
        check.querySelector("[data-answers]").append(box, " ", label, " ");
      });
      part.querySelector("[data-items]").appendChild(check);
    });
    return part;
  }

  function signing(visit, form, values) {
    var text = form.querySelector("#s-text"), area = form.querySelector("[data-draw]"), pad = form.querySelector("canvas");
    var ink = pad.getContext("2d"), drawing = false, held = (values.signature || {}).value;
    function kind() { return (form.querySelector("[name=s-kind]:checked") || {}).value; }
    function place(event) {
      var box = pad.getBoundingClientRect();
      return [(event.clientX - box.left) * pad.width / box.width, (event.clientY - box.top) * pad.height / box.height];
    }
    function keepText() {
      area.hidden = kind() !== "drawn";
      if (kind() && kind() !== "drawn" && text.value.trim()) write(visit, "signature", { kind: kind(), text: text.value.trim() });
    }
    if (held) { form.querySelector("#s-" + held.kind).checked = true; text.value = held.text || ""; area.hidden = held.kind !== "drawn"; }
    form.querySelectorAll("[name=s-kind]").forEach(function (one) { one.addEventListener("change", keepText); });
    text.addEventListener("change", keepText);
    ink.lineWidth = 3;
    ink.lineCap = "round";
    pad.addEventListener("pointerdown", function (event) {
      drawing = true;
      ink.beginPath();
      ink.moveTo.apply(ink, place(event));
      pad.setPointerCapture(event.pointerId);
    });
    pad.addEventListener("pointermove", function (event) { if (drawing) { ink.lineTo.apply(ink, place(event)); ink.stroke(); } });
    pad.addEventListener("pointerup", function () { drawing = false; });
    form.querySelector("[data-wipe]").addEventListener("click", function () { ink.clearRect(0, 0, pad.width, pad.height); });
    form.querySelector("[data-keep]").addEventListener("click", function () {
      var paper = document.createElement("canvas");
      paper.width = pad.width;
      paper.height = pad.height;
      var sheet = paper.getContext("2d");
      sheet.fillStyle = "white";
      sheet.fillRect(0, 0, paper.width, paper.height);
      sheet.drawImage(pad, 0, 0);
      paper.toBlob(function (blob) {
        keepFile(visit, "signature", blob, "signature.png").then(function (id) {
          form.querySelector("[data-signed]").textContent = document.getElementById("t-words-signed").content.textContent;
          return write(visit, "signature", { kind: "drawn", file: id, text: text.value.trim() });
        });
      }, "image/png");
    });
  }

  function enter(visit) {
    open = visit;
    say("");
    entriesOf(visit).then(function (entries) {
      var values = chengxinOnsite.merged(entries), part = copy("t-visit"), form = part.querySelector("form");
      part.querySelector("h2").textContent = visit.name;
      part.querySelector("[data-about]").textContent = [visit.number, visit.code, visit.division, visit.people.join("、")].join(" · ");
      visit.matters.forEach(function (m) { part.querySelector("[data-matters]").appendChild(matterPart(visit, m, values)); });
      var day = part.querySelector("#f-day"), photos = part.querySelector("#f-photos");
      day.value = (values.inspected_on || { value: "" }).value;
      day.addEventListener("change", function () { if (day.value) write(visit, "inspected_on", day.value); });
      photos.addEventListener("change", function () {
        Promise.all(Array.from(photos.files, function (file) {
          return smaller(file).then(function (blob) { return keepFile(visit, "photo", blob, file.name); });
        })).then(function (ids) {
          part.querySelector("[data-photos]").textContent = "+" + ids.length;
          photos.value = "";
          return sync();
        });
      });
      signing(visit, form, values);
      part.querySelector("[data-back]").addEventListener("click", back);
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        store.put("finishes", { id: visit.id }).then(function () {
          say(navigator.onLine ? "" : word("finish-later"));
          return sync();
        });
      });
      list.hidden = true;
      pane.replaceChildren(part);
      pane.hidden = false;
      part.querySelector("h2").focus();
    });
  }

  root.querySelector("[data-tools]").hidden = false;
  root.querySelector("[data-sync]").addEventListener("click", sync);
  root.querySelector("[data-clear]").addEventListener("click", function () {
    tell().then(function (waiting) {
      if (waiting) return say(word("no-clear"));
      return Promise.all(chengxinOnsite.stores.map(function (n) { return store.empty(n); })).then(back);
    });
  });
  window.addEventListener("online", sync);
  window.addEventListener("offline", tell);

  chengxinOnsite.open(root.dataset.person).then(function (found) {
    store = found;
    return store.get("visits", 0);
  }).then(function (held) {
    if (held) data = held;
    return sync();
  }).then(show);

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope }).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function (ready) {
      var parts = Array.from(document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]"), function (e) { return e.src || e.href; });
      navigator.serviceWorker.addEventListener("message", function (event) { if (event.data.kept) root.dataset.kept = "yes"; });
      ready.active.postMessage({ keep: [location.pathname].concat(parts) });
    }).catch(function () {});
  }
})();
