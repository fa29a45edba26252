// What the page for inspections on site keeps on the device, for each person apart.
(function () {
  "use strict";
  var STORES = ["visits", "changes", "files", "finishes"];

  function open(person) {
    return new Promise(function (done, failed) {
      var asked = indexedDB.open("chengxin-onsite-" + person, 1);
      asked.onupgradeneeded = function () {
        STORES.forEach(function (name) { asked.result.createObjectStore(name, { keyPath: "id" }); });
      };
      asked.onsuccess = function () { done(new Store(asked.result)); };
      asked.onerror = function () { failed(asked.error); };
    });
  }

  function Store(base) { this.base = base; }

  Store.prototype.run = function (name, mode, act) {
    var base = this.base;
    return new Promise(function (done, failed) {
      var work = base.transaction(name, mode), asked = act(work.objectStore(name));
      work.oncomplete = function () { done(asked ? asked.result : undefined); };
      work.onerror = work.onabort = function () { failed(work.error); };
    });
  };
  Store.prototype.all = function (name) { return this.run(name, "readonly", function (s) { return s.getAll(); }); };
  Store.prototype.get = function (name, id) { return this.run(name, "readonly", function (s) { return s.get(id); }); };
  Store.prototype.put = function (name, row) { return this.run(name, "readwrite", function (s) { return s.put(row); }); };
  Store.prototype.drop = function (name, id) { return this.run(name, "readwrite", function (s) { return s.delete(id); }); };
  Store.prototype.empty = function (name) { return this.run(name, "readwrite", function (s) { return s.clear(); }); };

  // The state that entries come to: of one field the highest counter counts, then the higher id; as on the platform.
  function merged(entries) {
    var found = {};
    entries.forEach(function (one) {
      var held = found[one.field];
      if (!held || one.counter > held.counter || (one.counter === held.counter && one.id > held.id)) found[one.field] = one;
    });
    return found;
  }

  window.chengxinOnsite = { open: open, merged: merged, stores: STORES };
})();
