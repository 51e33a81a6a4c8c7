/* Before the first paint: the theme that was chosen, else the system's. Django admin keeps the same key. */
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
  paint();
  dark.addEventListener("change", paint);
})();
