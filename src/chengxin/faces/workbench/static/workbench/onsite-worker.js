// Keeps the page for inspections on site on the device. It answers for that page and its parts alone: from the network
// where there is one, else what it kept last. Data never goes through here; the page keeps it in IndexedDB.
"use strict";
var KEPT = "chengxin-onsite-1";

self.addEventListener("install", function (event) { event.waitUntil(self.skipWaiting()); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

self.addEventListener("message", function (event) {
  if (!event.data || !event.data.keep) return;
  event.waitUntil(caches.open(KEPT).then(function (cache) {
    return Promise.all(event.data.keep.map(function (address) {
      return fetch(address).then(function (answer) {
        if (!answer.ok || answer.redirected) return false;
        return cache.put(address, answer).then(function () { return true; });
      }).catch(function () {  // no network: what was kept before serves; without that the page is told
        return cache.match(address).then(function (held) { return !!held; });
      });
    }));
  }).then(function (kept) {
    if (event.source) event.source.postMessage({ kept: kept.every(Boolean) });
  }));
});

self.addEventListener("fetch", function (event) {
  var request = event.request, here = new URL(request.url);
  if (request.method !== "GET" || here.origin !== self.location.origin) return;
  var isShell = request.mode === "navigate", isPart = here.pathname.indexOf("/static/") === 0;
  if (!isShell && !isPart) return;
  event.respondWith(fetch(request).catch(function () {
    return caches.open(KEPT).then(function (cache) {
      return cache.match(isShell ? here.pathname : request.url, { ignoreSearch: isShell });
    }).then(function (answer) { return answer || Response.error(); });
  }));
});
