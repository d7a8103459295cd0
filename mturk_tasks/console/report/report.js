"use strict";
(() => {
  const stops = [...document.querySelectorAll("[data-stop]")];
  const search = document.getElementById("search");
  const keys = document.getElementById("keys");
  const found = document.getElementById("found");
  const searched = [...document.querySelectorAll("[data-search]")];
  let at = -1;

  function go(step) {
    for (let next = at + step; next >= 0 && next < stops.length; next += step) {
      if (stops[next].hidden) continue;
      at = next;
      stops[at].scrollIntoView({ block: "start" });
      stops[at].focus({ preventScroll: true });
      return;
    }
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const part of searched) {
      const text = part.textContent.toLowerCase();
      part.hidden = !words.every((word) => text.includes(word));
      shown += part.hidden ? 0 : 1;
    }
    found.textContent = words.length ? `${shown} of ${searched.length} match` : "";
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { keys.hidden = true; search.blur(); return; }
    if (event.target === search) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "?") keys.hidden = !keys.hidden;
    else if (event.key === "/") { event.preventDefault(); search.focus(); }
  });
  search.addEventListener("input", filter);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
})();
