/* Passkeys: what the server asks goes to the browser, and the browser's answer into the form. */
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function made(asked) {
  const user = { ...asked.user, id: bytes(asked.user.id) };
  const publicKey = { ...asked, user, challenge: bytes(asked.challenge), excludeCredentials: known(asked.excludeCredentials) };
  const found = await navigator.credentials.create({ publicKey });
  const { attestationObject, clientDataJSON } = found.response;
  return answer(found, { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON) });
}

async function signed(asked) {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: known(asked.allowCredentials) };
  const found = await navigator.credentials.get({ publicKey });
  const { authenticatorData, clientDataJSON, signature } = found.response;
  return answer(found, {
    authenticatorData: text(authenticatorData), clientDataJSON: text(clientDataJSON), signature: text(signature),
  });
}

const answer = (found, response) =>
  JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response, clientExtensionResults: {} });

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = form.querySelector("[data-failed]");
  if (!window.PublicKeyCredential) {
    failed.hidden = false;
    form.querySelector("button").disabled = true;
    continue;
  }
  form.querySelector("button").addEventListener("click", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    const asked = JSON.parse(form.dataset.options).publicKey;
    try {
      form.elements.passkey.value = await (form.dataset.passkey === "create" ? made(asked) : signed(asked));
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
