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
  const title = document.title;
  const announce = (words) => {
    document.getElementById("time-told").textContent = words;
    document.title = `${words} – ${title}`;
  };
  const count = (place, before) => {
    const left = Number(place.dataset.left) - Math.floor((Date.now() - began) / 1000);
    const passed = Object.entries(JSON.parse(place.dataset.warnings)).filter(([at]) => left <= at && at < before);
    place.textContent = left > 0 ? clock(left) : place.dataset.over;
    place.classList.toggle("soon", left <= 60);
    if (left <= 0) announce(place.dataset.over);
    else if (passed.length) announce(passed[0][1]); // of several at once, as after a sleep, the last
    if (left > 0) setTimeout(count, 1000, place, left);
  };
  document.querySelectorAll("[data-left]").forEach((place) => count(place, Number(place.dataset.left)));

  // What became of what was typed; and on from a page in a frame that has submitted its answers by itself.
  const told = document.getElementById("saved");
  const onward = document.getElementById("onward");
  document.addEventListener("draft-saved", () => (told.textContent = told.dataset.saved));
  document.addEventListener("draft-failed", ({ detail }) => {
    told.textContent = [told.dataset.failed, detail.told].join(" ").trim();
  });
  document.addEventListener("answer-held", () => (told.textContent = told.dataset.held));
  let isLeaving = false; // once: each time could accept another HIT
  document.addEventListener("hit-submitted", () => {
    if (!isLeaving) onward.requestSubmit();
    isLeaving = true;
  });
  window.addEventListener("pageshow", () => (isLeaving = false));

  const style = { dateStyle: "medium", timeStyle: "short" };
  const written = new Intl.DateTimeFormat(undefined, style);
  document.querySelectorAll("time[datetime]").forEach((place) => {
    place.title = place.textContent;
    place.textContent = written.format(new Date(place.dateTime));
  });

  // The names of countries are the browser's own; without a script their codes stand there.
  const countries = [...document.querySelectorAll("[data-country]")];
  if (countries.length && Intl.DisplayNames) {
    const names = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
    for (const place of countries) place.textContent = `${names.of(place.dataset.country)} (${place.dataset.country})`;
    const options = countries.filter((place) => place.localName === "option");
    options.sort((one, other) => one.text.localeCompare(other.text));
    for (const option of options) option.parentElement.append(option);
  }
})();
