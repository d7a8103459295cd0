// Stands on the pages with a question: keeps half-done answers on the server, and gives those of a frame back
// when the page is opened again. The site's own forms are read here; of a frame only its own window is listened to.
//
// It fires events at the form or the frame, which bubble: `draft-saved`, `draft-failed` (tried again unless
// `detail.final`), and of a frame `hit-submitted` and `hit-refused` with what it said in `detail`. What a frame
// says is no proof: whoever moves on asks the server.
(function () {
  "use strict";
  const PAUSE = 1000; // milliseconds without a further key, until what a form holds is sent
  const AGAIN = 5000; // milliseconds until a save that failed is tried again
  const OWN_NAMES = ["token", "next"];

  // Sends what was given to it last, one after the other; `send(true)` does so while the page is left.
  function keeper(place) {
    let latest = null; // what is not on the server yet
    let sending = false;
    const fire = (name, detail) => place.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

    async function send(last) {
      if (sending && !last) return;
      sending = true;
      while (latest !== null) {
        const body = JSON.stringify({ values: latest });
        latest = null;
        const status = await post(place.dataset.draft, body, last);
        if (status >= 200 && status < 300) fire("draft-saved");
        else if (status >= 400 && status < 500) fire("draft-failed", { final: true });
        else {
          fire("draft-failed", { final: false });
          if (latest === null) latest = JSON.parse(body).values;
          await new Promise((resolve) => window.setTimeout(resolve, AGAIN));
        }
      }
      sending = false;
    }

    return {
      fire,
      send,
      put: (values) => (latest = values),
      forget: () => (latest = null),
    };
  }

  async function post(address, body, last) {
    const headers = { "Content-Type": "application/json" };
    const keepalive = last && body.length < 60000; // a browser takes no more on the way out
    try {
      return (await fetch(address, { method: "POST", headers, body, keepalive, credentials: "omit" })).status;
    } catch (error) {
      return 0; // no connection
    }
  }

  function attendFrame(frame) {
    const saved = frame.dataset.saved ? JSON.parse(frame.dataset.saved) : null;
    const draft = keeper(frame);
    const giveBack = () => {
      if (saved) frame.contentWindow.postMessage({ mturk: "restore", values: saved }, "*"); // it has no origin
    };
    window.addEventListener("message", (event) => {
      const said = event.data;
      if (event.source !== frame.contentWindow || !said || typeof said !== "object") return;
      if (said.mturk === "ready") giveBack();
      else if (said.mturk === "draft") {
        draft.put(said.values);
        draft.send(false);
      } else if (said.mturk === "submitted" || said.mturk === "refused") {
        draft.forget();
        draft.fire(`hit-${said.mturk}`, said);
      }
    });
    window.addEventListener("pagehide", () => draft.send(true));
    giveBack(); // the frame may have been ready before this
  }

  function attendForm(form) {
    const draft = keeper(form);
    let waiting = 0;
    const typed = (last) => {
      window.clearTimeout(waiting);
      if (waiting) draft.put(valuesOf(form));
      waiting = 0;
      draft.send(last);
    };
    form.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(typed, PAUSE, false);
    });
    form.addEventListener("submit", () => {
      window.clearTimeout(waiting);
      waiting = 0;
      draft.forget();
    });
    window.addEventListener("pagehide", () => typed(true));
  }

  function valuesOf(form) {
    const values = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !OWN_NAMES.includes(name)) (values[name] ??= []).push(value);
    }
    return values;
  }

  function begin() {
    document.querySelectorAll("iframe[data-draft]").forEach(attendFrame);
    document.querySelectorAll("form[data-draft]").forEach(attendForm);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
