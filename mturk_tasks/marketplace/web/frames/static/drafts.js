// Stands on the pages with a question: keeps half-done answers on the server, and gives those of a frame back
// when the page is opened again. The site's own forms are read here; of a frame only the page that we serve is
// listened to, which knows its pass, and answered through a port that no other document gets hold of.
//
// What is sent are the fields that changed, by name: the server leaves the others as they are. It fires events
// at the form or the frame, which bubble: `draft-saved`, `draft-failed` (tried again unless `detail.final`; why, if
// the server says so, is `detail.told`), and of a frame `hit-submitted` and `hit-refused` with what it said in
// `detail`. That something is submitted a frame may say without any truth, over and over: the server is asked
// first, one question at a time.
//
// A form of the site's own is submitted once its draft is kept, so that nothing is lost on the way: without a
// connection both wait on the page, and `answer-held` says so. A frame submits by itself; it is told whether the
// server was reached last, and what it held when it submitted is saved only if that has come to nothing.
(function () {
  "use strict";
  const PAUSE = 1000; // milliseconds without a further key, until what a form holds is sent
  const LONGEST = 10000; // milliseconds after which it is sent for those who go on and on too
  const AGAIN = 5000; // milliseconds until a save that failed is tried again
  const LOOKING = 3000; // milliseconds between questions whether a window of its own has submitted
  const SUBMITTING = 3000; // milliseconds in which a frame says what became of its submit
  const ON_THE_WAY_OUT = 60000; // bytes; a browser takes no more of a page that is left
  const OWN_NAMES = ["token", "next", "draft-pass"];

  // Sends what was given to it, one after the other; `leave` does not wait for its turn.
  function keeper(place) {
    let waiting = {}; // values by name, to be sent
    let flying = {}; // sent, and nobody knows yet whether it arrived
    let sending = null; // until all is sent, or cannot be
    let isSubmitting = false; // an answer that arrives first takes the draft away, and that is no failure
    const fire = (name, detail) => place.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
    const isEmpty = (values) => !Object.keys(values).length;

    function put(values, submitting = false) {
      waiting = { ...waiting, ...values };
      isSubmitting = submitting;
    }

    function send() {
      sending ||= sendAll().finally(() => (sending = null));
      return sending;
    }

    async function sendAll() {
      while (!isEmpty(waiting)) {
        [flying, waiting] = [waiting, {}];
        const { status, told } = await post(place.dataset.draft, JSON.stringify({ values: flying }));
        const isKept = status >= 200 && status < 300;
        const isFinal = status >= 400 && status < 500;
        const hasMore = !isEmpty(waiting);
        if (!isKept) waiting = { ...flying, ...waiting };
        flying = {};
        if (isKept) fire("draft-saved");
        else if (status !== 409 || !isSubmitting) fire("draft-failed", { final: isFinal, told });
        fire("server-reached", { isReached: isKept || isFinal });
        if (isFinal && !hasMore) break; // until there is something else to send
        if (!isKept && !isFinal) await new Promise((resolve) => window.setTimeout(resolve, AGAIN));
      }
    }

    function leave() {
      if (!sending) send();
      else if (!isEmpty(waiting)) post(place.dataset.draft, JSON.stringify({ values: waiting }));
    }

    return { fire, put, send, leave, forget: () => (waiting = flying = {}) };
  }

  async function post(address, body) {
    const headers = { "Content-Type": "application/json" };
    const keepalive = new Blob([body]).size < ON_THE_WAY_OUT;
    try {
      const answer = await fetch(address, { method: "POST", headers, body, keepalive, credentials: "omit" });
      return { status: answer.status, told: answer.status < 500 ? await answer.text() : "" };
    } catch (error) {
      return { status: 0, told: "" }; // no connection
    }
  }

  async function hasArrived(address) {
    try {
      return (await fetch(address, { credentials: "omit" })).ok;
    } catch (error) {
      return false; // no connection
    }
  }

  async function isReached() {
    try {
      return (await fetch("/files/site.js", { method: "HEAD", cache: "no-store" })).ok;
    } catch (error) {
      return false;
    }
  }

  // The page goes out of sight, perhaps for good: some browsers say no more than that.
  function whenLeft(act) {
    window.addEventListener("pagehide", act);
    document.addEventListener("visibilitychange", () => document.hidden && act());
  }

  // A page in a window of its own says nothing to this one when it has submitted: the server is asked, from when
  // that window is opened, and whenever somebody comes back from another one.
  function whileElsewhere(look) {
    let looking = 0;
    const begin = () => (looking ||= window.setInterval(look, LOOKING));
    for (const link of document.querySelectorAll("a.own-window")) {
      for (const click of ["click", "auxclick"]) link.addEventListener(click, begin);
    }
    document.addEventListener("visibilitychange", () => document.hidden || look());
    window.addEventListener("pagehide", () => (looking = window.clearInterval(looking)));
  }

  function attendFrame(frame) {
    const saved = frame.dataset.saved ? JSON.parse(frame.dataset.saved) : {};
    const pass = frame.dataset.page; // of the page that we serve; others have none
    const draft = keeper(frame);
    const listen = (port) => {
      port.onmessage = ({ data }) => {
        Object.assign(saved, data.values);
        draft.put(data.values, data.submitting);
        if (data.submitting) window.setTimeout(draft.send, SUBMITTING);
        else draft.send();
      };
      port.postMessage({ values: saved });
      frame.addEventListener("server-reached", ({ detail }) => port.postMessage(detail));
    };
    window.addEventListener("message", (event) => {
      const said = event.data;
      if (event.source !== frame.contentWindow || !said || typeof said !== "object") return;
      if (said.mturk === "ready" && pass && said.pass === pass && event.ports.length) listen(event.ports[0]);
      if (said.mturk === "submitted") confirm(said);
      if (said.mturk === "refused") draft.fire("hit-refused", said);
    });
    let isAsking = false;
    const confirm = async (said) => {
      if (isAsking) return;
      isAsking = true;
      const isThere = await hasArrived(frame.dataset.draft);
      isAsking = false;
      if (!isThere) return;
      draft.forget();
      draft.fire("hit-submitted", said);
    };
    whenLeft(draft.leave);
    if (!pass) whileElsewhere(() => confirm({ mturk: "submitted" }));
    frame.contentWindow.postMessage({ mturk: "who" }, "*"); // it may have been ready before this
  }

  function attendForm(form) {
    const draft = keeper(form);
    const touched = new Set([...form.elements].filter((one) => !isAsServed(one)).map((one) => one.name));
    let waiting = 0;
    let due = 0;
    const take = (submitting = false) => {
      window.clearTimeout(waiting);
      waiting = 0;
      draft.put(valuesOf(form, touched), submitting);
      touched.clear();
    };
    const soon = () => {
      const now = Date.now();
      if (!waiting) due = now + LONGEST;
      window.clearTimeout(waiting);
      waiting = window.setTimeout(send, Math.max(0, Math.min(PAUSE, due - now)));
    };
    const send = () => {
      take();
      draft.send();
    };
    const leave = () => {
      take();
      draft.leave();
    };
    let isSubmitting = false;
    const submit = async (event) => {
      event.preventDefault();
      if (isSubmitting) return;
      isSubmitting = true;
      take(true);
      await draft.send();
      while (!(await isReached())) {
        draft.fire("answer-held");
        await new Promise((resolve) => window.setTimeout(resolve, AGAIN));
      }
      form.submit();
    };
    form.addEventListener("server-reached", ({ detail }) => {
      if (isSubmitting && !detail.isReached) draft.fire("answer-held");
    });
    form.addEventListener("input", (event) => {
      touched.add(event.target.name);
      soon();
    });
    form.addEventListener("submit", submit);
    window.addEventListener("pageshow", () => (isSubmitting = false));
    whenLeft(leave);
    if (touched.size) soon(); // typed before this
  }

  function isAsServed(field) {
    if (!field.options) {
      return !("defaultValue" in field) || (field.value === field.defaultValue && field.checked === field.defaultChecked);
    }
    const served = [...field.options].filter((one) => one.defaultSelected);
    if (!served.length && field.type === "select-one") return field.selectedIndex < 1;
    return [...field.options].every((one) => one.selected === one.defaultSelected);
  }

  function valuesOf(form, names) {
    const data = new FormData(form);
    const values = [...names].filter((name) => !OWN_NAMES.includes(name)).map((name) => [name, data.getAll(name)]);
    return Object.fromEntries(values.filter(([name, several]) => name && several.every((one) => !(one instanceof File))));
  }

  function begin() {
    document.querySelectorAll("iframe[data-draft]").forEach(attendFrame);
    document.querySelectorAll("form[data-draft]").forEach(attendForm);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
