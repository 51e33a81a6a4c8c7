/* Keeps what is typed into forms marked data-draft until it is sent, in this tab only.

   It outlives a reload and a session that ran out, not the tab.

   What people type here is personal: a draft is of the person signed in, goes when it has been sent,
   when they sign out, when somebody else signs in, and after a day. Passwords and files are never kept. */
"use strict";

(() => {
  const DAY = 24 * 3600 * 1000;
  const PREFIX = "draft:";
  const person = document.body.dataset.person;
  const forms = [...document.querySelectorAll("form[data-draft]")];
  const keyOf = (form) => `${PREFIX}${person}:${form.dataset.draft}`;
  const kept = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  const read = (key) => {
    try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
  };
  const write = (key, draft) => {
    try { sessionStorage.setItem(key, JSON.stringify(draft)); } catch { /* no room: no draft */ }
  };
  const fields = (form) => [...form.elements].filter((field) =>
    field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
  const isChoice = (field) => field.type === "radio" || field.type === "checkbox";
  const place = (field) => (isChoice(field) ? `${field.name}=${field.value}` : field.name);
  const content = (field) => (isChoice(field) ? field.checked : field.value);

  function keep(form) {
    const values = Object.fromEntries(fields(form).map((field) => [place(field), content(field)]));
    write(keyOf(form), { at: Date.now(), sent: false, values });
  }

  function sweep() {
    const here = new Set(forms.map(keyOf));
    for (const key of kept()) {
      const draft = read(key);
      const old = !draft || Date.now() - draft.at > DAY;
      const others = person && !key.startsWith(`${PREFIX}${person}:`);
      const arrived = person && draft?.sent && !here.has(key);
      if (old || others || arrived) sessionStorage.removeItem(key);
    }
  }

  function restore(form) {
    const draft = read(keyOf(form));
    if (!draft || form.querySelector(".wrong, .refusal")) return;
    const changed = fields(form).filter((field) => {
      const value = draft.values[place(field)];
      return value !== undefined && value !== content(field);
    });
    if (!changed.length) return;
    for (const field of changed) {
      if (isChoice(field)) field.checked = draft.values[place(field)];
      else field.value = draft.values[place(field)];
    }
    note(form);
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function note(form) {
    const said = document.getElementById("draft-note")?.content.cloneNode(true);
    if (!said) return;
    said.querySelector("button").addEventListener("click", () => {
      sessionStorage.removeItem(keyOf(form));
      form.reset();
      form.querySelector(".draft-note").remove();
      form.dispatchEvent(new Event("change", { bubbles: true }));
      fields(form)[0]?.focus();
    });
    form.prepend(said);
  }

  sweep();
  if (!person) return;
  let waiting;
  // htmx listens from here on: what hangs on a restored value, such as the preview, follows it.
  document.addEventListener("DOMContentLoaded", () => forms.forEach(restore));
  for (const form of forms) {
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(keep, 400, form);
    });
    form.addEventListener("submit", (event) => {
      if (event.submitter?.hasAttribute("formaction")) return;
      clearTimeout(waiting);
      keep(form);
      write(keyOf(form), { ...read(keyOf(form)), sent: true });
    });
  }
  document.querySelector("form[data-sign-out]")?.addEventListener("submit", () => {
    clearTimeout(waiting);
    kept().forEach((key) => sessionStorage.removeItem(key));
  });
})();
