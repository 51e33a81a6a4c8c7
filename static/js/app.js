/* Small helps; every page works without them. */
"use strict";

/* A form is sent once: the key in it makes a second sending harmless, this keeps it from happening. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || event.submitter?.hasAttribute("hx-post")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
/* What is being sent is not kept as a draft any more. */
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest("form")?.dataset.sent) event.preventDefault();
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

/* A form that came back opens at its first fault. */
document.querySelector(".wrong :is(input, select, textarea)")?.focus();

/* A typed password can be looked at; without scripts there is no button for it. */
for (const button of document.querySelectorAll("[data-show-password]")) {
  const fields = () => button.form.querySelectorAll("input[data-shown], input[type=password]");
  const show = (shown) => {
    for (const field of fields()) {
      field.type = shown ? "text" : "password";
      field.toggleAttribute("data-shown", shown);
    }
    button.setAttribute("aria-pressed", shown);
  };
  button.hidden = false;
  button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
  button.form.addEventListener("submit", () => show(false));
}

document.addEventListener("click", (event) => {
  const login = event.target.closest("[data-fill]");
  if (login) {
    document.getElementById("id_username").value = login.dataset.fill;
    document.getElementById("id_password").value = login.dataset.secret;
    document.querySelector("form.login button[type=submit]").focus();
  }
  if (event.target.closest("[data-theme-switch]")) switchTheme();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

function switchTheme() {
  const root = document.documentElement;
  root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.bsTheme); } catch { /* this page only */ }
}

/* Keys: ? shows them. A link or button with data-go="x" is opened by g and then x. */
let going = 0;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) sendWhole(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event)) return;
  const open = document.querySelector("dialog[open]");
  const act = event.timeStamp < going && goTo(event.key) || (!open && keys[event.key]);
  going = 0;
  if (!act) return;
  event.preventDefault();
  act(event);
});

const keys = {
  "/": () => document.querySelector("input[type=search]")?.focus(),
  "?": () => document.getElementById("keys")?.showModal?.(),
  g: (event) => { going = event.timeStamp + 1500; },
};

/* What is typed into a field belongs to the field. */
function typing(event) {
  return event.target.matches("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
}

function goTo(key) {
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  return link && (() => link.click());
}

function closeMenus() {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
}

/* Ctrl+Enter sends a form marked data-quick from wherever one is in it. */
function sendWhole(event) {
  const form = event.target.form?.matches("[data-quick]") && event.target.form;
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.btn-primary"));
}
