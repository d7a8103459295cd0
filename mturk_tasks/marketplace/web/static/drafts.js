// Stands on the work page, outside the frame: keeps what the frame tells of half-done answers on the server,
// and gives it back when the page is opened again. Only the frame's own window is listened to.
//
// It fires events at the frame element, which bubble: `draft-saved`, `draft-failed` (tried again unless
// `detail.final`), `hit-submitted` and `hit-refused` with what the frame said in `detail`. What a frame says is
// no proof: whoever moves on asks the server.
(function () {
  "use strict";
  const AGAIN = 5000; // milliseconds until a save that failed is tried again

  function attend(frame) {
    const saved = frame.dataset.saved ? JSON.parse(frame.dataset.saved) : null;
    let latest = null; // what is not on the server yet
    let sending = false;

    const fire = (name, detail) => frame.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
    const giveBack = () => {
      if (saved) frame.contentWindow.postMessage({ mturk: "restore", values: saved }, "*"); // it has no origin
    };

    async function send(last) {
      if (sending && !last) return;
      sending = true;
      while (latest !== null) {
        const body = JSON.stringify({ values: latest });
        latest = null;
        const status = await post(frame.dataset.draft, body, last);
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

    window.addEventListener("message", (event) => {
      const said = event.data;
      if (event.source !== frame.contentWindow || !said || typeof said !== "object") return;
      if (said.mturk === "ready") giveBack();
      else if (said.mturk === "draft") {
        latest = said.values;
        send(false);
      } else if (said.mturk === "submitted" || said.mturk === "refused") {
        latest = null;
        fire(`hit-${said.mturk}`, said);
      }
    });
    window.addEventListener("pagehide", () => send(true));
    giveBack(); // the frame may have been ready before this
  }

  async function post(address, body, last) {
    const headers = { "Content-Type": "application/json" };
    const keepalive = last && body.length < 60000;
    try {
      return (await fetch(address, { method: "POST", headers, body, keepalive, credentials: "omit" })).status;
    } catch (error) {
      return 0; // no connection
    }
  }

  const begin = () => document.querySelectorAll("iframe[data-draft]").forEach(attend);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
