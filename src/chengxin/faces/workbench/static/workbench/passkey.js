// Asks the device for a passkey and posts its answer with the form. Without this script, codes remain the way.
(function () {
  "use strict";
  var keys = window.PublicKeyCredential && navigator.credentials;

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) { return c.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function named(list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }

  function ask(form) {
    var options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (form.dataset.passkey === "get") {
      options.allowCredentials = named(options.allowCredentials);
      return navigator.credentials.get({ publicKey: options });
    }
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = named(options.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  }

  function told(credential) {
    var response = { clientDataJSON: text(credential.response.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (part) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: response,
      clientExtensionResults: {}
    });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    if (!keys) return;
    var words = form.querySelector("[data-words]");
    var button = form.querySelector("button");
    form.hidden = false;
    document.querySelectorAll("[data-without-passkey]").forEach(function (note) { note.hidden = true; });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      words.textContent = words.dataset.waiting;
      button.disabled = true;
      ask(form).then(function (credential) {
        form.elements.answer.value = told(credential);
        HTMLFormElement.prototype.submit.call(form);
      }).catch(function (error) {
        words.textContent = error.name === "InvalidStateError" ? words.dataset.known : words.dataset.failed;
        button.disabled = false;
      });
    });
  });
})();
