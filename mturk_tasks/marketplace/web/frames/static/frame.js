// Stands at the end of each page that the site shows in a frame: forms find their way, and what is typed
// or clicked is told to the work page around the frame, which keeps it and gives it back.
(function () {
  "use strict";
  const PAUSE = 300; // milliseconds without a further key or click
  const OWN_NAMES = ["assignmentId", "hitId", "turkSubmitTo", "workerId"];
  const NO_ANSWERS = ["submit", "button", "image", "reset", "file", "password"];
  const AMAZONS = ["www.mturk.com", "mturk.com", "worker.mturk.com", "workersandbox.mturk.com"];

  const site = new URL(document.currentScript.src).origin;
  const told = new URLSearchParams(window.location.search);
  const submitTo = `${told.get("turkSubmitTo") || ""}/mturk/externalSubmit`;

  // Forms. A script may have given one an address of Amazon's, or one that lost the way to this assignment.

  function isForUs(action) {
    if (!action) return true; // the page's own address takes no answers
    const place = new URL(action, window.location.href);
    const path = place.pathname.replace(/^\/+/, "/");
    if (AMAZONS.includes(place.hostname)) return path === "/mturk/externalSubmit";
    return place.origin === site && (path.endsWith("/mturk/externalSubmit") || path === window.location.pathname);
  }

  function makeReady(form, submitter) {
    const own = submitter && submitter.getAttribute("formaction");
    if (!isForUs(own || form.getAttribute("action"))) return;
    if (own) submitter.removeAttribute("formaction");
    form.setAttribute("action", submitTo + queryOf(own || form.getAttribute("action")));
    form.setAttribute("method", "post");
    form.removeAttribute("target"); // the sandbox lets nothing out of the frame
    if (form.querySelector("[name=assignmentId]")) return;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "assignmentId";
    field.value = told.get("assignmentId") || "";
    form.append(field);
  }

  function queryOf(action) {
    const query = action ? new URL(action, window.location.href).search : "";
    return query === window.location.search ? "" : query;
  }

  const submitPlainly = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () {
    makeReady(this);
    submitPlainly.call(this);
  };
  // Once before the page's own listeners, which may stop the event, and once after them.
  for (const capture of [true, false]) {
    window.addEventListener(
      "submit",
      (event) => {
        const form = event.target;
        if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
        if (!capture || form.getAttribute("action")) makeReady(form, event.submitter);
      },
      capture,
    );
  }

  // Drafts: {name: [value, ...]}, crowd elements as they hold their values.

  const FIELDS = "input, textarea, select";

  function controls() {
    return [...document.querySelectorAll(FIELDS)].filter(
      (one) => one.name && !("crowd" in one.dataset) && !OWN_NAMES.includes(one.name) && !NO_ANSWERS.includes(one.type),
    );
  }

  function crowdFields() {
    return [...document.getElementsByTagName("*")].filter((one) => one.fieldName && Array.isArray(one.chosen));
  }

  function collected() {
    const values = {};
    for (const one of crowdFields()) values[one.fieldName] = one.chosen;
    for (const one of controls()) {
      values[one.name] = (values[one.name] || []).concat(chosen(one));
    }
    return values;
  }

  function chosen(control) {
    if (control.type === "checkbox" || control.type === "radio") return control.checked ? [control.value] : [];
    if (control.localName === "select") return [...control.selectedOptions].map((one) => one.value);
    return [control.value];
  }

  // Hidden fields are left alone: what a script wrote there shows nowhere, and may belong to another visit.
  function restore(values) {
    const left = Object.fromEntries(Object.entries(values).map(([name, several]) => [name, [...several]]));
    for (const one of crowdFields()) if (left[one.fieldName]) one.chosen = left[one.fieldName];
    for (const one of controls()) {
      if (one.type === "hidden" || !left[one.name]) continue;
      const before = JSON.stringify(chosen(one));
      put(one, left[one.name]);
      if (JSON.stringify(chosen(one)) === before) continue;
      one.dispatchEvent(new Event("input", { bubbles: true }));
      one.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  function put(control, values) {
    if (control.type === "checkbox" || control.type === "radio") {
      control.checked = values.includes(control.value);
    } else if (control.localName === "select") {
      for (const option of control.options) option.selected = values.includes(option.value);
    } else if (values.length) {
      control.value = values.shift(); // of several fields of one name each takes its own
    }
  }

  let touched = false;
  let waiting = 0;
  let last = "";

  function tell() {
    const values = collected();
    const written = JSON.stringify(values);
    if (written === last) return;
    last = written;
    window.parent.postMessage({ mturk: "draft", values }, site);
  }

  function later(event) {
    if (!event.isTrusted && event.type !== "crowd-change") return;
    touched = touched || event.isTrusted;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(tell, PAUSE);
  }

  function ready() {
    last = JSON.stringify(collected());
    window.parent.postMessage({ mturk: "ready" }, site);
  }

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== site || touched) return;
    if (event.data && event.data.mturk === "restore") {
      restore(event.data.values);
      last = JSON.stringify(collected());
    }
  });
  if (window.parent === window || told.get("assignmentId") === "ASSIGNMENT_ID_NOT_AVAILABLE") return;
  for (const type of ["input", "change", "click", "crowd-change"]) document.addEventListener(type, later, true);
  window.addEventListener("pagehide", tell);
  if (document.readyState === "complete") ready();
  else document.addEventListener("DOMContentLoaded", () => window.setTimeout(ready));
})();
