/* The registration page: fields that apply now, and what the panel offers taken over with one key. */
"use strict";

(() => {
  const form = document.getElementById("register");
  if (!form) return;

  document.body.addEventListener("register:applies", (event) => {
    if (event.detail.every) for (const field of form.querySelectorAll("[data-off]")) field.removeAttribute("data-off");
    for (const [name, applies] of Object.entries(event.detail.fields)) {
      form.querySelector(`[data-field="${CSS.escape(name)}"]`)?.toggleAttribute("data-off", !applies);
    }
  });

  /* Somebody else's answer must not be put in over what stands there. */
  function enter(name, value, over) {
    const field = [...form.elements].find((one) => one.name === name && one.type !== "submit");
    if (!field || (!over && field.value)) return false;
    field.value = value;
    return field.value === value;
  }

  document.addEventListener("click", (event) => {
    const set = event.target.closest("[data-set]");
    const tell = event.target.closest("[data-tell]");
    if (!set && !tell) return;
    event.preventDefault();
    if (set) enter(set.name, set.value, true);
    else for (const [name, value] of Object.entries(JSON.parse(tell.dataset.tell))) enter(name, value, false);
    form.dispatchEvent(new Event("change", { bubbles: true }));
    const next = [...form.elements].find((field) => field.name && field.type !== "hidden" && !field.value && field.offsetParent);
    next?.focus();
  });
})();
