// Forms. A script may have given one an address of Amazon's, or one that lost the way to this assignment.

const AMAZONS = ["www.mturk.com", "mturk.com", "worker.mturk.com", "workersandbox.mturk.com"];
const HOW = { method: "post", target: "_self", "accept-charset": "utf-8" }; // nothing gets out of the frame

const SETTLED = 1000; // milliseconds in which a connection that is back begins to work

const submitTo = `${told.get("turkSubmitTo") || ""}/mturk/externalSubmit`;

function isForUs(action) {
  if (!action) return true; // the page's own address takes no answers
  const place = new URL(action, window.location.href);
  const path = place.pathname.replace(/^\/+/, "/");
  if (AMAZONS.includes(place.hostname)) return path === "/mturk/externalSubmit";
  return place.origin === site && (path.endsWith("/mturk/externalSubmit") || path === window.location.pathname);
}

function makeReady(form, submitter) {
  const own = (name) => (submitter && submitter.getAttribute(`form${name}`)) || form.getAttribute(name) || "";
  const action = own("action");
  if (!isForUs(action) || own("method").toLowerCase() === "dialog") return;
  for (const [name, value] of Object.entries(HOW)) {
    form.setAttribute(name, value);
    if (submitter) submitter.removeAttribute(`form${name}`);
  }
  form.setAttribute("action", submitTo + queryOf(action));
  if (own("enctype").toLowerCase() === "text/plain") form.removeAttribute("enctype"); // nobody can read it
  for (const name of ["formaction", "formenctype"]) if (submitter) submitter.removeAttribute(name);
  nameAssignment(form);
}

function nameAssignment(form) {
  const fields = [...form.querySelectorAll("[name=assignmentId]")];
  if (!fields.length) {
    fields.push(document.createElement("input"));
    fields[0].type = "hidden";
    fields[0].name = "assignmentId";
    form.append(fields[0]);
  }
  for (const field of fields) if (["", NOT_ACCEPTED].includes(field.value)) field.value = assignment;
}

function queryOf(action) {
  const query = action ? new URL(action, window.location.href).search : "";
  return query === window.location.search ? "" : query;
}

const submitPlainly = HTMLFormElement.prototype.submit;
HTMLFormElement.prototype.submit = function () {
  makeReady(this);
  tellOfSubmit();
  if (isConnected()) submitPlainly.call(this);
  else hold(this);
};

// Without a connection a submit would end at the browser's own page, and the requester's be gone.
let isReached = true; // the server, when the work page last tried
let submitHeld = null;

const isConnected = () => navigator.onLine && isReached;

function hold(form, submitter) {
  const pressed = document.createElement("input");
  pressed.type = "hidden";
  if (submitter) [pressed.name, pressed.value] = [submitter.name, submitter.value];
  submitHeld = () => {
    form.append(pressed);
    submitPlainly.call(form);
  };
  window.alert(FRAME_TEXTS.held);
}

function resume() {
  if (!submitHeld || !isConnected()) return;
  submitHeld();
  submitHeld = null;
}
window.addEventListener("online", () => window.setTimeout(resume, SETTLED));

// Before the page's own listeners, which may stop the event, and after them all: this one is added last.
window.addEventListener(
  "submit",
  (event) => {
    attendSubmit(event);
    window.addEventListener("submit", finishSubmit, { once: true });
  },
  true,
);

function attendSubmit(event) {
  if (!(event.target instanceof HTMLFormElement) || event.defaultPrevented) return;
  makeReady(event.target, event.submitter);
  tellOfSubmit();
}

function finishSubmit(event) {
  attendSubmit(event);
  if (!(event.target instanceof HTMLFormElement) || event.defaultPrevented || isConnected()) return;
  event.preventDefault();
  hold(event.target, event.submitter);
}
