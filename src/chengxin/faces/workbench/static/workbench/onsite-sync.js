// Sends what the device keeps: files, then entries, then finished visits. What the platform refuses stays on the device
// with its reason until the inspector sends it again or gives it up; what failed on the way is tried again by itself.
(function () {
  "use strict";
  var WAITING = ["files", "changes", "finishes"], WAITS = [15000, 60000, 300000];

  function Trouble(kind) { this.kind = kind; }

  // places: `source`, `scope`; told: `data(everything)`, `entries(visit, entries)`, `finished(visit)`, `state(standing)`
  function Sync(store, places, told) {
    this.store = store;
    this.places = places;
    this.told = told;
    this.trouble = "";
    this.failures = 0;
  }

  Sync.prototype.send = function (path, body, asJson) {
    var headers = { "X-CSRFToken": this.csrf };
    if (asJson) headers["Content-Type"] = "application/json";
    return fetch(this.places.scope + "/" + path, { method: "POST", headers: headers, body: body }).then(function (answer) {
      if (answer.redirected) throw new Trouble("signed-out");
      return answer.json().catch(function () { return {}; }).then(function (content) {
        return { ok: answer.ok, isRefusal: answer.status >= 400 && answer.status < 500 && answer.status !== 429, status: answer.status, content: content };
      });
    }, function () { throw new Trouble("network"); });
  };

  // Rows that were taken leave the device; the others stay, each with what the platform said.
  Sync.prototype.settle = function (name, rows, answer) {
    var store = this.store, sync = this;
    if (answer.ok) return Promise.all(rows.map(function (row) { return store.drop(name, row.id); }));
    if (!answer.isRefusal) sync.trouble = "server";
    return Promise.all(rows.map(function (row) {
      row.refused = answer.isRefusal;
      row.said = { sentence: answer.content.sentence || "", hint: answer.content.hint || "", status: answer.status };
      return store.put(name, row);
    }));
  };

  function inTurn(rows, act) {
    return rows.reduce(function (before, row) { return before.then(function () { return act(row); }); }, Promise.resolve());
  }

  Sync.prototype.files = function (rows) {
    var sync = this;
    return inTurn(rows, function (row) {
      var form = new FormData();
      form.append("purpose", row.purpose);
      form.append("file", row.blob, row.name);
      return sync.send(row.visit + "/files/" + row.id, form).then(function (answer) { return sync.settle("files", [row], answer); });
    });
  };

  // The entries of a visit go together; where they are refused, each goes alone, so that one does not hold up the others.
  Sync.prototype.changes = function (rows) {
    var sync = this, of = {};
    rows.forEach(function (r) { (of[r.visit] = of[r.visit] || []).push(r); });
    return inTurn(Object.keys(of), function (visit) {
      return sync.entries(Number(visit), of[visit]).then(function (answer) {
        if (!answer.isRefusal || of[visit].length === 1) return sync.settle("changes", of[visit], answer);
        return inTurn(of[visit], function (row) {
          return sync.entries(Number(visit), [row]).then(function (one) { return sync.settle("changes", [row], one); });
        });
      });
    });
  };

  Sync.prototype.entries = function (visit, rows) {
    var told = this.told, entries = rows.map(function (r) { return { id: r.id, field: r.field, value: r.value, counter: r.counter }; });
    var body = JSON.stringify({ made_at: new Date().toISOString(), entries: entries });
    return this.send(visit + "/entries", body, true).then(function (answer) {
      return answer.ok ? Promise.resolve(told.entries(visit, answer.content.entries)).then(function () { return answer; }) : answer;
    });
  };

  // A result goes only after everything that was written down in its visit.
  Sync.prototype.finishes = function (rows) {
    var sync = this;
    return inTurn(rows, function (row) {
      return sync.held(row.id).then(function (held) {
        row.blocked = held.length > 0;
        if (row.blocked) return sync.store.put("finishes", row);
        return sync.send(row.id + "/finish", "").then(function (answer) {
          return sync.settle("finishes", [row], answer).then(function () { if (answer.ok) sync.told.finished(row.id); });
        });
      });
    });
  };

  Sync.prototype.held = function (visit) {
    var store = this.store;
    return Promise.all(["files", "changes"].map(function (n) { return store.all(n); })).then(function (all) {
      return all[0].concat(all[1]).filter(function (r) { return r.visit === visit; });
    });
  };

  // Everything that waits: `{store, row}`.
  Sync.prototype.waiting = function () {
    var store = this.store;
    return Promise.all(WAITING.map(function (n) { return store.all(n); })).then(function (all) {
      return all.reduce(function (found, rows, n) { return found.concat(rows.map(function (row) { return { store: WAITING[n], row: row }; })); }, []);
    });
  };

  Sync.prototype.ask = function () {
    return fetch(this.places.source, { cache: "no-store" }).then(function (answer) {
      if (answer.redirected || answer.status === 401 || answer.status === 403) throw new Trouble("signed-out");
      if (!answer.ok) throw new Trouble("server");
      return answer.json();
    }, function () { throw new Trouble("network"); });
  };

  // `all`: what was refused before is sent again, too.
  Sync.prototype.run = function (all) {
    var sync = this;
    if (sync.turn) {
      sync.again = sync.again || { all: false };
      sync.again.all = sync.again.all || all === true;
      return sync.turn;
    }
    clearTimeout(sync.timer);
    if (!navigator.onLine) return Promise.resolve(sync.told.state(sync));
    sync.trouble = "";
    sync.turn = sync.ask().then(function (everything) {
      sync.csrf = everything.csrf;
      return inTurn(WAITING, function (name) {
        return sync.store.all(name).then(function (rows) {
          return sync[name](rows.filter(function (row) { return all === true || !row.refused; }));
        });
      }).then(function () { return sync.ask(); });
    }).then(function (everything) { return sync.told.data(everything); }).catch(function (trouble) {
      sync.trouble = trouble instanceof Trouble ? trouble.kind : "device";
    }).then(function () {
      var again = sync.again;
      sync.turn = sync.again = undefined;
      sync.plan();
      return again ? sync.run(again.all) : sync.told.state(sync);
    });
    return sync.turn;
  };

  // After trouble on the way the next try comes by itself, later each time.
  Sync.prototype.plan = function () {
    var sync = this;
    sync.failures = sync.trouble === "network" || sync.trouble === "server" ? sync.failures + 1 : 0;
    if (sync.failures) sync.timer = setTimeout(function () { sync.run(); }, WAITS[Math.min(sync.failures, WAITS.length) - 1]);
  };

  window.chengxinOnsite.Sync = Sync;
})();
