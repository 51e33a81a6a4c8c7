/* Small helps; every page works without them. */
"use strict";

document.addEventListener("click", (event) => {
  const login = event.target.closest("[data-fill]");
  if (login) {
    document.getElementById("id_username").value = login.dataset.fill;
    document.getElementById("id_password").value = login.dataset.secret;
    document.querySelector("form.login button[type=submit]").focus();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

/* A form is sent once: the key in it makes a second sending harmless, this keeps it from happening. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.submitter?.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* Keys: / searches, n registers, j and k walk through a list, Enter opens. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  const links = [...document.querySelectorAll("[data-rows] td.number a")];
  const at = links.indexOf(document.activeElement);
  const go = {
    "/": () => document.querySelector("input[type=search]")?.focus(),
    n: () => document.querySelector("a.btn-primary[href$='/cases/new/']")?.click(),
    j: () => links[Math.min(at + 1, links.length - 1)]?.focus(),
    k: () => links[Math.max(at - 1, 0)]?.focus(),
  }[event.key];
  if (go) { event.preventDefault(); go(); }
});
