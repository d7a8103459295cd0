"use strict";

// The time left, counted down from what the server said; what became of a draft; moments in the reader's own time.
(() => {
  const began = Date.now(); // performance.now() stands still while a phone sleeps
  const clock = (seconds) => {
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    return (hours ? hours + ":" + two(minutes) : String(minutes)) + ":" + two(seconds % 60);
  };
  const count = (place) => {
    const left = Number(place.dataset.left) - Math.floor((Date.now() - began) / 1000);
    place.textContent = left > 0 ? clock(left) : place.dataset.over;
    if (left > 0) setTimeout(count, 1000, place);
  };
  document.querySelectorAll("[data-left]").forEach(count);

  // What became of what was typed; and on from a page in a frame that has submitted its answers by itself.
  const told = document.getElementById("saved");
  const onward = document.getElementById("onward");
  document.addEventListener("draft-saved", () => (told.textContent = told.dataset.saved));
  document.addEventListener("draft-failed", ({ detail }) => {
    told.textContent = [told.dataset.failed, detail.told].join(" ").trim();
  });
  document.addEventListener("hit-submitted", () => onward.requestSubmit());

  const style = { dateStyle: "medium", timeStyle: "short" };
  const written = new Intl.DateTimeFormat(undefined, style);
  document.querySelectorAll("time[datetime]").forEach((place) => {
    place.title = place.textContent;
    place.textContent = written.format(new Date(place.dateTime));
  });
})();
