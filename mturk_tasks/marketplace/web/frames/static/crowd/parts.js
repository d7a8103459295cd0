// Our own crowd elements: what pages made of them need to be answered with a mouse, a keyboard or a screen
// reader. Everything stands in the page itself, without shadows, so that labels and checks are the browser's.
// What a crowd-form submits is told in mturk_tasks/markup/crowd_form.py too; both must say the same.
//
// The files of this folder are served as one script, in one scope, with TEXTS from the table of all texts; here
// is what the elements are made with.

const OWN_NAMES = ["assignmentId", "hitId", "turkSubmitTo", "workerId"];
const BUTTONS = ["submit", "button", "reset", "image"];
const told = new URLSearchParams(window.location.search);
const isPreview = told.get("assignmentId") === "ASSIGNMENT_ID_NOT_AVAILABLE";

let numbered = 0;
const newId = () => `crowd-${(numbered += 1)}`;

// An element with attributes (null leaves one out, true sets it empty) and content.
function make(tag, attributes = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...content);
  return made;
}

// Built once, whatever is moved about later; the children are there, because we come after the parser.
class Part extends HTMLElement {
  connectedCallback() {
    if (this.isBuilt) return;
    this.isBuilt = true;
    this.build();
  }
  text(name) {
    return this.getAttribute(name) || "";
  }
  has(name) {
    return this.hasAttribute(name);
  }
  takeChildren() {
    return [...this.childNodes];
  }
}
