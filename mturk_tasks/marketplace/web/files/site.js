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

  // What is typed is sent a second after the last key, so that it is found again whatever happens.
  const form = document.querySelector("form[data-draft]");
  const told = document.getElementById("saved");
  const tell = (saved) => {
    told.textContent = saved ? told.dataset.saved : told.dataset.failed;
  };
  let waiting = 0;
  const save = async () => {
    waiting = 0;
    const values = {};
    new FormData(form).forEach((value, name) => {
      if (typeof value === "string" && name !== "token" && name !== "next") (values[name] ??= []).push(value);
    });
    const body = JSON.stringify({ values });
    const headers = { "Content-Type": "application/json" };
    try {
      tell((await fetch(form.dataset.draft, { method: "POST", body, headers, keepalive: true })).ok);
    } catch {
      tell(false);
    }
  };
  form?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 1000);
  });
  form?.addEventListener("submit", () => {
    waiting = clearTimeout(waiting);
  });
  addEventListener("pagehide", () => waiting && save());

  // What a frame has to tell; that it submitted is believed when there is a receipt, and leads on.
  document.addEventListener("draft-saved", () => tell(true));
  document.addEventListener("draft-failed", () => tell(false));
  document.addEventListener("hit-submitted", async () => {
    const receipt = document.getElementById("receipt").href;
    if ((await fetch(receipt, { redirect: "manual" })).ok) document.getElementById("on").submit();
  });

  const style = { dateStyle: "medium", timeStyle: "short" };
  const written = new Intl.DateTimeFormat(undefined, style);
  document.querySelectorAll("time[datetime]").forEach((place) => {
    place.title = place.textContent;
    place.textContent = written.format(new Date(place.dateTime));
  });
})();
