"use strict";

// The time left, counted down from what the server said, and moments in the reader's own time.
(() => {
  const began = performance.now();
  const clock = (seconds) => {
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    return (hours ? hours + ":" + two(minutes) : String(minutes)) + ":" + two(seconds % 60);
  };
  const count = (place) => {
    const left = Number(place.dataset.left) - Math.floor((performance.now() - began) / 1000);
    place.textContent = left > 0 ? clock(left) : place.dataset.over;
    if (left > 0) setTimeout(count, 1000, place);
  };
  document.querySelectorAll("[data-left]").forEach(count);

  const style = { dateStyle: "medium", timeStyle: "short" };
  const written = new Intl.DateTimeFormat(undefined, style);
  document.querySelectorAll("time[datetime]").forEach((place) => {
    place.title = place.textContent;
    place.textContent = written.format(new Date(place.dateTime));
  });
})();
