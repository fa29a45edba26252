// Inspections on site: shows the visits that the device keeps, writes down each entry at once, and sends what waits
// when there is a network. Everything can be sent twice: entries and files bear ids that the device chose.
(function () {
  "use strict";
  var root = document.getElementById("onsite");
  if (!root || !window.indexedDB || !window.chengxinOnsite) return;
  var words = document.getElementById("t-words").content, data = { answers: [], results: [] };
  var list = root.querySelector("[data-list]"), pane = root.querySelector("[data-visit]"), unsent = root.querySelector("[data-unsent]");
  var state = root.querySelector("[data-state]"), fault = root.querySelector("[data-fault]"), store, open, syncing;

  function word(name) { return words.querySelector("[data-" + name + "]").textContent; }
  function copy(id) { return document.getElementById(id).content.firstElementChild.cloneNode(true); }
  function say(text) { fault.hidden = !text; fault.querySelector("p").textContent = text || ""; }
  function lost() { say(word("not-stored")); }
  function sync() { return syncing.run(); }
  function keepData(told) {
    data = told;
    return store.empty("visits").then(function () {
      return Promise.all(told.visits.map(function (v) { return store.put("visits", v); }).concat(
        store.put("visits", { id: 0, answers: told.answers, results: told.results })));
    });
  }

  // How far everything is: the line above, and below it what was not sent, why, and what to do.
  function tell() {
    return syncing.waiting().then(function (waiting) {
      var standing = syncing.trouble === "signed-out" ? "signed-out" : navigator.onLine ? syncing.trouble || "online" : "offline";
      state.hidden = false;
      state.dataset.waiting = waiting.length;
      state.dataset.standing = standing;
      state.querySelector("span").textContent = word(standing) + " " + (waiting.length ? word("waiting") + waiting.length : word("done"));
      state.querySelector("a").hidden = standing !== "signed-out";
      return showUnsent(waiting).then(function () { return waiting.length; });
    });
  }

  function showUnsent(waiting) {
    var held = waiting.filter(function (one) { return one.row.said || one.row.blocked; });
    return Promise.all(held.map(function (one) { return store.get("visits", one.row.visit || one.row.id); })).then(function (visits) {
      unsent.querySelector("ul").replaceChildren.apply(unsent.querySelector("ul"), held.map(function (one, n) {
        return unsentLine(one, visits[n]);
      }));
      unsent.hidden = !held.length;
    });
  }

  function unsentLine(one, visit) {
    var line = copy("t-unsent"), row = one.row, said = row.said || {}, drop = line.querySelector("[data-drop]");
    line.querySelector("[data-what]").textContent = (row.about || (visit ? visit.number + " " + visit.name : "")) + " · " + what(one, visit);
    line.querySelector("[data-why]").textContent = row.blocked ? word("blocked") : said.sentence || word("odd") + (said.status || "");
    line.querySelector("[data-do]").textContent = row.blocked ? word("blocked-do") : row.refused ? said.hint || word("refused-do") : word("again-do");
    drop.addEventListener("click", function () {
      if (drop.dataset.sure) return store.drop(one.store, row.id).then(tell);
      drop.dataset.sure = "yes";
      drop.textContent = word("sure");
    });
    return line;
  }

  // What a row is, in the words of the form.
  function what(one, visit) {
    if (one.store === "finishes") return word("a-finish");
    if (one.store === "files") return word(one.row.purpose === "photo" ? "a-photo" : "a-signature");
    var parts = one.row.field.split(":"), matter = visit && visit.matters.filter(function (m) { return m.code === parts[1]; })[0];
    if (parts[0] === "inspected_on") return word("a-day");
    if (parts[0] === "signature") return word("a-signature");
    if (!matter) return parts[1] || one.row.field;
    if (parts[0] !== "answer") return matter.name + " · " + word(parts[0] === "result" ? "a-result" : "a-note");
    return matter.items.filter(function (i) { return i.code === parts[2]; }).map(function (i) { return i.text; })[0] || parts[2];
  }

  function entriesOf(visit) {
    return store.all("changes").then(function (rows) {
      return visit.entries.concat(rows.filter(function (r) { return r.visit === visit.id; }));
    });
  }

  function about(visit) { return visit.number + " " + visit.name; }

  // A new value for a field takes the place of what was refused for it.
  function write(visit, field, value) {
    return entriesOf(visit).then(function (entries) {
      var held = chengxinOnsite.merged(entries)[field];
      if (held && !held.refused && JSON.stringify(held.value) === JSON.stringify(value)) return;
      var counter = entries.reduce(function (top, e) { return Math.max(top, e.counter); }, 0) + 1;
      var row = { id: crypto.randomUUID(), visit: visit.id, about: about(visit), field: field, value: value, counter: counter };
      return store.put("changes", row).then(function () {
        return Promise.all(entries.filter(function (e) { return e.refused && e.field === field; }).map(function (e) {
          return store.drop("changes", e.id);
        }));
      });
    }).then(sync, lost);
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
    var row = { id: crypto.randomUUID(), visit: visit.id, about: about(visit), purpose: purpose, blob: blob, name: name };
    return store.put("files", row).then(function () { return row.id; });
  }

  function show() {
    return store.all("visits").then(function (rows) {
      var shown = document.createElement("ul");
      shown.className = "results";
      rows.filter(function (v) { return v.id; }).sort(function (a, b) { return a.place - b.place; }).forEach(function (visit) {
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
        }, lost);
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
          return smaller(file).then(function (blob) { return keepFile(visit, "photo", blob, file.name); }, function () {
            say(word("bad-photo") + file.name);
          });
        })).then(function (ids) {
          part.querySelector("[data-photos]").textContent = "+" + ids.filter(Boolean).length;
          photos.value = "";
          return sync();
        }, lost);
      });
      signing(visit, form, values);
      part.querySelector("[data-back]").addEventListener("click", back);
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        store.put("finishes", { id: visit.id, about: about(visit) }).then(function () {
          say(navigator.onLine ? "" : word("finish-later"));
          return sync();
        }, lost).then(function () { return store.get("finishes", visit.id); }).then(function (held) {
          if (held && (held.said || held.blocked)) unsent.querySelector("h2").focus();
        });
      });
      list.hidden = true;
      pane.replaceChildren(part);
      pane.hidden = false;
      part.querySelector("h2").focus();
    });
  }

  function again() { say(""); return syncing.run(true); }

  root.querySelector("[data-tools]").hidden = false;
  root.querySelector("[data-sync]").addEventListener("click", again);
  root.querySelector("[data-retry]").addEventListener("click", again);
  root.querySelector("[data-clear]").addEventListener("click", function () {
    tell().then(function (waiting) {
      if (waiting) return say(word("no-clear"));
      return Promise.all(chengxinOnsite.stores.map(function (n) { return store.empty(n); })).then(back);
    });
  });
  window.addEventListener("online", sync);
  window.addEventListener("offline", function () { tell(); });

  chengxinOnsite.open(root.dataset.person).then(function (found) {
    store = found;
    syncing = new chengxinOnsite.Sync(store, root.dataset, {
      data: keepData,
      entries: function (id, entries) {
        return store.get("visits", id).then(function (held) {
          if (open && open.id === id) open.entries = entries;
          if (!held) return;
          held.entries = entries;
          return store.put("visits", held);
        });
      },
      finished: function (id) {
        say("");
        state.dataset.finished = "yes";
        if (open && open.id === id) back();
      },
      state: function () { return tell().then(function () { if (!open) return show(); }); },
    });
    return store.get("visits", 0);
  }).then(function (held) {
    if (held) data = held;
    return sync();
  }).then(show).catch(function () { say(word("no-store")); });

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope }).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function (ready) {
      var parts = Array.from(document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]"), function (e) { return e.src || e.href; });
      navigator.serviceWorker.addEventListener("message", function (event) {
        root.dataset.kept = event.data.kept ? "yes" : "no";
        if (!event.data.kept) say(word("not-kept"));
      });
      ready.active.postMessage({ keep: [location.pathname].concat(parts) });
    }).catch(function () { say(word("not-kept")); });
  } else say(word("not-kept"));
})();
