/* Before the first paint: that scripts run, and the theme that was chosen, else the system's. Django admin keeps the same key. */
"use strict";

(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  const paint = () => {
    const theme = chosen();
    const known = theme === "dark" || theme === "light";
    document.documentElement.dataset.bsTheme = known ? theme : dark.matches ? "dark" : "light";
  };
  document.documentElement.classList.add("js");
  paint();
  dark.addEventListener("change", paint);
})();
