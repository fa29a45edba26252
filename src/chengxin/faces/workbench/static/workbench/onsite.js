// Inspections on site: shows the visits that the device keeps, writes down each entry at once, and sends what waits
// when there is a network. Everything can be sent twice: entries and files bear ids that the device chose.
(function () {
  "use strict";
  var root = document.getElementById("onsite");
  if (!root || !window.indexedDB || !window.chengxinOnsite) return;
  var words = document.getElementById("t-words").content, data = { answers: [], results: [] };
  var list = root.querySelector("[data-list]"), pane = root.querySelector("[data-visit]"), unsent = root.querySelector("[data-unsent]");
  var state = root.querySelector("[data-state]"), fault = root.querySelector("[data-fault]"), store, open, syncing, writes = 0, writing = 0;

  function word(name) { return words.querySelector("[data-" + name + "]").textContent; }
  function copy(id) { return document.getElementById(id).content.firstElementChild.cloneNode(true); }
  function say(text) { fault.hidden = !text; fault.querySelector("p").textContent = text || ""; }
  function lost() { say(word("not-stored")); }
  function sync() { return syncing.run(); }
  function keepData(told) {
    data = told;
    if (open && !told.visits.some(function (v) { return v.id === open.id; })) { back(); say(word("gone")); }
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
      var line = [word(standing), waiting.length ? word("waiting") + waiting.length : word("done")];
      if (waiting.some(function (one) { return one.store === "finishes" && !one.row.said && !one.row.blocked; })) line.push(word("finish-later"));
      else if (state.dataset.finished) line.push(word("sent"));
      state.querySelector("span").textContent = line.join(" ");
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
    if (!matter) return one.row.told || parts[1] || one.row.field;
    if (parts[0] !== "answer") return matter.name + " · " + word(parts[0] === "result" ? "a-result" : "a-note");
    return matter.items.filter(function (i) { return i.code === parts[2]; }).map(function (i) { return i.text; })[0] || parts[2];
  }

  function entriesOf(visit) {
    return store.all("changes").then(function (rows) {
      return visit.entries.concat(rows.filter(function (r) { return r.visit === visit.id; }));
    });
  }

  function valuesOf(visit) { return entriesOf(visit).then(chengxinOnsite.merged); }

  // How many photos of a visit there are: those that the platform has, and those that wait here.
  function photosOf(visit) {
    return store.all("files").then(function (rows) {
      return (visit.photos || 0) + rows.filter(function (r) { return r.visit === visit.id && r.purpose === "photo"; }).length;
    });
  }

  function about(visit) { return visit.number + " " + visit.name; }

  // A new value for a field takes the place of what was refused for it.
  function write(visit, field, value) {
    writes += 1;
    writing += 1;
    function done() { writing -= 1; }
    var kept = entriesOf(visit).then(function (entries) {
      var held = chengxinOnsite.merged(entries)[field];
      if (held && !held.refused && JSON.stringify(held.value) === JSON.stringify(value)) return;
      var counter = entries.reduce(function (top, e) { return Math.max(top, e.counter); }, 0) + 1;
      var row = { id: crypto.randomUUID(), visit: visit.id, about: about(visit), field: field, value: value, counter: counter };
      row.told = what({ store: "changes", row: row }, visit);  // for when the visit is no longer here
      return store.put("changes", row).then(function () {
        return Promise.all(entries.filter(function (e) { return e.refused && e.field === field; }).map(function (e) {
          return store.drop("changes", e.id);
        }));
      });
    });
    kept.then(done, done);
    return kept.then(sync, lost);
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
        line.querySelector("[data-about]").textContent = visit.number + " · " + visit.matters.map(function (m) { return m.name; }).join(word("and"));
        shown.appendChild(line);
      });
      var nothing = document.createElement("p");
      nothing.textContent = word("empty");
      list.replaceChildren(shown.children.length ? shown : nothing);
    });
  }

  function back() { open = undefined; pane.hidden = true; pane.replaceChildren(); list.hidden = false; show(); }

  function matterPart(visit, matter) {
    var part = copy("t-matter"), result = part.querySelector("[data-result]"), note = part.querySelector("[data-note]");
    part.querySelector("legend").textContent = matter.name;
    part.querySelector("[data-basis]").textContent = matter.basis;
    result.id = "r-" + matter.code;
    part.querySelector("[data-for-result]").htmlFor = result.id;
    note.id = "n-" + matter.code;
    part.querySelector("[data-for-note]").htmlFor = note.id;
    data.results.forEach(function (r) { result.add(new Option(r.name, r.code)); });
    result.addEventListener("change", function () { write(visit, "result:" + matter.code, result.value); });
    note.addEventListener("change", function () { write(visit, "note:" + matter.code, note.value.trim()); });
    matter.items.forEach(function (item) {
      var check = copy("t-check"), field = "answer:" + matter.code + ":" + item.code;
      check.querySelector("legend").textContent = item.text;
      data.answers.forEach(function (answer) {
        var box = document.createElement("input"), label = document.createElement("label"), choice = document.createElement("span");
        box.type = "radio";
        box.name = field;
        box.id = field + ":" + answer.code;
        box.addEventListener("change", function () { write(visit, field, answer.code); });
        label.htmlFor = box.id;
        label.textContent = answer.name;
        choice.append(box, " ", label);
        check.querySelector("[data-answers]").append(choice, " ");
      });
      part.querySelector("[data-items]").appendChild(check);
    });
    return part;
  }

  function signing(visit, form) {
    var text = form.querySelector("#s-text"), area = form.querySelector("[data-draw]"), pad = form.querySelector("canvas");
    var ink = pad.getContext("2d"), drawing = false, inked = false, told = form.querySelector("[data-signed]");
    function kind() { return (form.querySelector("[name=s-kind]:checked") || {}).value; }
    function place(event) {
      var box = pad.getBoundingClientRect();
      return [(event.clientX - box.left) * pad.width / box.width, (event.clientY - box.top) * pad.height / box.height];
    }
    function keepText() {
      area.hidden = kind() !== "drawn";
      if (kind() === "drawn") return valuesOf(visit).then(function (values) {  // the name goes with what was drawn
        var held = (values.signature || {}).value;
        if (held && held.kind === "drawn") return write(visit, "signature", { kind: "drawn", file: held.file, text: text.value.trim() });
      });
      if (kind() && text.value.trim()) write(visit, "signature", { kind: kind(), text: text.value.trim() });
    }
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
    pad.addEventListener("pointermove", function (event) { if (drawing) { inked = true; ink.lineTo.apply(ink, place(event)); ink.stroke(); } });
    ["pointerup", "pointercancel"].forEach(function (end) { pad.addEventListener(end, function () { drawing = false; }); });
    form.querySelector("[data-wipe]").addEventListener("click", function () { inked = false; ink.clearRect(0, 0, pad.width, pad.height); });
    form.querySelector("[data-keep]").addEventListener("click", function () {
      if (!inked) { told.textContent = word("no-ink"); return; }
      var paper = document.createElement("canvas");
      paper.width = pad.width;
      paper.height = pad.height;
      var sheet = paper.getContext("2d");
      sheet.fillStyle = "white";
      sheet.fillRect(0, 0, paper.width, paper.height);
      sheet.drawImage(pad, 0, 0);
      paper.toBlob(function (blob) {
        keepFile(visit, "signature", blob, "signature.png").then(function (id) {
          told.textContent = word("signed");
          return write(visit, "signature", { kind: "drawn", file: id, text: text.value.trim() });
        }, lost);
      }, "image/png");
    });
  }

  function showPhotos(part, count) { part.querySelector("[data-photos]").textContent = count ? word("photos") + count : ""; }

  // Shows what counts of each field, which another inspector may have written, except where someone is writing.
  function fillIn(part, values, photos) {
    var signed = (values.signature || {}).value;
    function value(field) { return (values[field] || { value: "" }).value; }
    function put(box, given) { if (box !== document.activeElement) box.value = given; }
    part.querySelectorAll(".onsite-check input").forEach(function (box) { box.checked = value(box.name) === box.id.slice(box.name.length + 1); });
    part.querySelectorAll("[data-result]").forEach(function (box) { put(box, value("result:" + box.id.slice(2))); });
    part.querySelectorAll("[data-note]").forEach(function (box) { put(box, value("note:" + box.id.slice(2))); });
    put(part.querySelector("#f-day"), value("inspected_on"));
    showPhotos(part, photos);
    if (!signed || part.dataset.signature === values.signature.id) return;
    part.dataset.signature = values.signature.id;
    part.querySelector("#s-" + signed.kind).checked = true;
    put(part.querySelector("#s-text"), signed.text || "");
    part.querySelector("[data-draw]").hidden = signed.kind !== "drawn";
    part.querySelector("[data-signed]").textContent = signed.kind === "drawn" ? word("signed") : "";
  }

  // After a sync: what others wrote in the visit that is open. What is being written here is shown by the sync after it.
  function renew() {
    var id = open.id, before = writes;
    return store.get("visits", id).then(function (held) {
      if (!held || !open || open.id !== id) return;
      open.entries = held.entries;
      open.photos = held.photos;
      return Promise.all([valuesOf(open), photosOf(open)]).then(function (found) {
        var part = pane.firstElementChild;
        if (part && open && open.id === id && before === writes && !writing) fillIn(part, found[0], found[1]);
      });
    });
  }

  // Of a joint visit an inspector of another department than the lead saves a part; the lead hands in.
  function ledByOthers(part, visit) {
    part.querySelector("[data-led]").hidden = false;
    part.querySelector("[data-lead]").textContent = word("lead") + visit.lead;
    part.querySelector("[data-hand-in]").textContent = word("part");
  }

  function toList() { return sync().then(function () { back(); state.focus(); }, lost); }

  function enter(visit) {
    open = visit;
    say("");
    delete state.dataset.finished;
    Promise.all([valuesOf(visit), photosOf(visit)]).then(function (found) {
      var part = copy("t-visit"), form = part.querySelector("form");
      part.querySelector("h2").textContent = visit.name;
      part.querySelector("[data-about]").textContent = [visit.number, visit.code, visit.division, visit.people.join(word("and"))].join(" · ");
      visit.matters.forEach(function (m) { part.querySelector("[data-matters]").appendChild(matterPart(visit, m)); });
      var day = part.querySelector("#f-day"), photos = part.querySelector("#f-photos");
      day.addEventListener("change", function () { if (day.value) write(visit, "inspected_on", day.value); });
      photos.addEventListener("change", function () {
        Promise.all(Array.from(photos.files, function (file) {
          return smaller(file).then(function (blob) { return keepFile(visit, "photo", blob, file.name); }, function () {
            say(word("bad-photo") + file.name);
          });
        })).then(function () { return photosOf(visit); }).then(function (count) {
          showPhotos(part, count);
          photos.value = "";
          return sync();
        }, lost);
      });
      signing(visit, form);
      fillIn(part, found[0], found[1]);
      part.querySelector("[data-back]").addEventListener("click", back);
      if (visit.hands_in === false) ledByOthers(part, visit);
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        if (visit.hands_in === false) return toList();
        store.put("finishes", { id: visit.id, about: about(visit) }).then(function () {
          say("");
          return sync();
        }, lost).then(function () { return store.get("finishes", visit.id); }).then(function (held) {
          if (held && (held.said || held.blocked)) unsent.querySelector("h2").focus();
          else state.focus();
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
      state: function () { return tell().then(function () { return open ? renew() : show(); }); },
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
