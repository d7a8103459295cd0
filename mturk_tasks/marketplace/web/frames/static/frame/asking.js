// No window may open over the page: what it says and asks stands in the page itself.
//
// Nothing in a page can wait for an answer, as the browser's own windows did. So what is to be agreed to is agreed
// to; where a click or the like makes the page ask for words, that is stopped, and done again when they are there.

const REPEATED = ["click", "dblclick", "mousedown", "mouseup", "keydown", "keyup", "change", "submit"];

let replies = []; // to what the page asks while something is done again, in this order
let used = 0;
let isUnasked = false; // said once

window.alert = (words = "") => {
  const note = noteOf(words);
  note.append(button(FRAME_TEXTS.close, () => note.close()));
  show(note);
};
window.confirm = () => true;
window.prompt = (words = "", before = "") => {
  if (used < replies.length) return replies[used++];
  const event = window.event;
  if (event && REPEATED.includes(event.type)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(words, before, event, replies);
    throw new Error("The page asks for words; what made it ask is done again when they are there.");
  }
  if (!isUnasked) window.alert(`${FRAME_TEXTS.unasked} ${words}`);
  isUnasked = true;
  return null;
};

function ask(words, before, event, soFar) {
  const note = noteOf(words);
  const field = document.createElement("input");
  const answer = (value) => {
    note.close();
    repeat(event, [...soFar, value]);
  };
  field.value = before;
  field.setAttribute("aria-label", words);
  field.addEventListener("keydown", (pressed) => {
    pressed.stopPropagation(); // the page may have keys of its own
    if (pressed.key === "Enter") answer(field.value);
  });
  note.addEventListener("cancel", () => repeat(event, [...soFar, null]));
  const agree = button(FRAME_TEXTS.agree, () => answer(field.value));
  note.append(field, agree, button(FRAME_TEXTS.cancel, () => answer(null)));
  show(note);
  field.focus();
}

// A form submits only by itself; anything else is done by another event of the same kind.
function repeat(event, answers) {
  [replies, used] = [answers, 0];
  const { target } = event;
  if (event.type === "submit") target.requestSubmit(event.submitter);
  else target.dispatchEvent(new event.constructor(event.type, event));
  [replies, used] = [[], 0];
}

function noteOf(words) {
  const note = document.createElement("dialog");
  const said = document.createElement("p");
  said.textContent = words;
  said.style.whiteSpace = "pre-wrap";
  note.addEventListener("close", () => note.remove());
  note.setAttribute("role", "alertdialog");
  note.setAttribute("aria-label", words);
  note.append(said);
  return note;
}

function button(words, act) {
  const made = document.createElement("button");
  made.textContent = words;
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function show(note) {
  (document.body || document.documentElement).append(note);
  note.showModal();
  note.scrollIntoView({ block: "center" }); // the frame may be higher than the window
}
