// Runs in <head>, before the first paint: a stored choice wins, otherwise the system's colours apply and are followed.
(function () {
  "use strict";
  const KEY = "windfall-theme";
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    try {
      return window.localStorage.getItem(KEY);
    } catch (error) {
      return null; // storage can be forbidden: the system's colours then
    }
  }

  function apply() {
    const theme = stored() || (system.matches ? "dark" : "light");
    document.documentElement.setAttribute("data-bs-theme", theme);
    document.dispatchEvent(new CustomEvent("windfall:theme", { detail: theme }));
  }

  function toggle() {
    const next = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    const followsSystem = next === (system.matches ? "dark" : "light");
    try {
      if (followsSystem) window.localStorage.removeItem(KEY);
      else window.localStorage.setItem(KEY, next);
    } catch (error) {
      document.documentElement.setAttribute("data-bs-theme", next); // holds for this page
      return;
    }
    apply();
  }

  window.windfallTheme = { apply: apply, toggle: toggle };
  system.addEventListener("change", apply);
  apply();
})();
