// Half-done answers: what changes is told to the work page by the names of fields, and what it has kept is put
// back field by field. What the worker touches here is never overwritten; what is kept for a field that is not
// there yet waits for it.
//
// All goes through a port that only this document holds: a page that a link leads to has none.

const PAUSE = 300; // milliseconds without a further key or click
const LONGEST = 10000; // milliseconds after which those who go on and on are told of too
const SETTLING = 5000; // milliseconds after its load in which a page may build its fields anew

let port = null; // to the work page
let isReady = false;
let isSettled = false;
let isActive = false; // the worker has done something; until then whatever changes is the page's own doing
let isSubmitting = false;
let waiting = 0;
let due = 0;
const touched = new WeakSet(); // elements
let given = new WeakSet(); // fields that hold what was kept for them
const changed = new Set(); // names of fields that were touched and not told of yet
const known = new Map(); // by name, what the page began with or the work page knows
const kept = new Map(); // by name, what is to be put back

function tell() {
  window.clearTimeout(waiting);
  waiting = 0;
  if (!port || !isActive) return;
  const awaited = putBack();
  const news = [...collected()].filter(([name, values]) => !awaited.has(name) && isNews(name, values));
  for (const [name, values] of news) {
    known.set(name, written(values));
    kept.delete(name);
  }
  changed.clear();
  if (news.length || isSubmitting) port.postMessage({ values: Object.fromEntries(news), submitting: isSubmitting });
}

function isNews(name, values) {
  if (changed.has(name)) return true;
  return known.has(name) ? known.get(name) !== written(values) : values.some(Boolean);
}

function tellOfSubmit() {
  isSubmitting = true;
  tell();
}

// Returns the names of fields that are there and cannot take what is kept for them yet. Hidden fields are left
// alone: what a script wrote there shows nowhere, and may belong to another visit.
function putBack() {
  const places = new Map();
  const done = new Set();
  const awaited = new Set();
  for (const one of kept.size ? fields() : []) {
    const name = nameOf(one);
    const values = kept.get(name);
    if (!values || one.type === "hidden") continue;
    const place = places.get(name) || 0;
    places.set(name, place + 1);
    if (given.has(one) || isTouched(one)) continue;
    if (!canTake(one, values)) {
      awaited.add(name);
      continue;
    }
    given.add(one);
    put(one, values, place);
    done.add(name);
  }
  const now = done.size ? collected() : new Map();
  for (const name of done) {
    if (!changed.has(name)) known.set(name, written(now.get(name) || []));
    if (isSettled) kept.delete(name);
  }
  return awaited;
}

function isTouched(one) {
  const group = one.type === "radio" ? [...document.getElementsByName(one.name)] : [one];
  return group.some((each) => touched.has(each));
}

// What has found its field is not put into another one of its name, which is for the next item of a page.
function finish() {
  for (const one of kept.size ? fields() : []) if (given.has(one)) kept.delete(nameOf(one));
}

function notice(event) {
  if (event.isTrusted) {
    isActive = true;
    isSubmitting = false;
    finish();
  }
  if (event.isTrusted && event.type !== "click") {
    for (const one of event.composedPath()) {
      touched.add(one); // with the crowd element around it
      changed.add(nameOf(one));
    }
  }
  soon(event.type === "change" ? 0 : PAUSE);
}

function soon(pause) {
  const now = Date.now();
  due = Math.min(waiting ? due : Infinity, now + (pause && LONGEST));
  window.clearTimeout(waiting);
  waiting = window.setTimeout(tell, Math.max(0, Math.min(pause, due - now)));
}

function begin() {
  isReady = true;
  for (const [name, values] of collected()) if (!changed.has(name)) known.set(name, written(values));
  introduce();
}

function introduce() {
  const channel = new MessageChannel();
  channel.port1.onmessage = (event) => {
    const isFirst = !port;
    port = channel.port1;
    if ("isReached" in event.data) {
      isReached = event.data.isReached;
      resume();
      return;
    }
    if (!isFirst) return;
    for (const [name, values] of Object.entries(event.data.values)) kept.set(name, values);
    putBack();
    watch();
    tell();
  };
  window.parent.postMessage({ mturk: "ready", pass }, site, [channel.port2]);
}

// Until some time after its load a page may build fields, or empty those that it has.
function watch() {
  const observer = new MutationObserver(putBack);
  observer.observe(document, { childList: true, subtree: true });
  const loaded = () => {
    given = new WeakSet();
    putBack();
    window.setTimeout(settle, SETTLING);
  };
  const settle = () => {
    observer.disconnect();
    isSettled = true;
    finish();
  };
  if (document.readyState === "complete") loaded();
  else window.addEventListener("load", () => window.setTimeout(loaded));
}

function attend() {
  for (const type of ["input", "change", "click", "crowd-change"]) document.addEventListener(type, notice, true);
  window.addEventListener("pagehide", tell);
  document.addEventListener("visibilitychange", () => document.hidden && tell());
  window.addEventListener("message", (event) => {
    const isAsked = event.source === window.parent && event.origin === site && event.data && event.data.mturk === "who";
    if (isAsked && isReady) introduce();
  });
  document.addEventListener("DOMContentLoaded", () => window.setTimeout(begin));
}
if (window.parent !== window && assignment !== NOT_ACCEPTED) attend();
