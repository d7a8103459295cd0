// Crowd elements: the form, and the buttons that send it.

class Form extends Part {
  build() {
    if (!this.submitButtons().length) this.append(make("crowd-button", { "form-action": "submit" }, TEXTS.submit));
    this.addEventListener("click", (event) => {
      const button = event.target.closest("crowd-button") || event.target.closest("button, input");
      if (button && this.submitButtons().includes(button)) this.requestSubmit();
      if (button && button.matches("crowd-button[form-action=reset]")) this.reset();
    });
    this.addEventListener("submit", (event) => {
      if (event.target === this) return; // a form inside, whose answers are ours
      event.preventDefault();
      event.stopPropagation();
      this.requestSubmit();
    });
    this.addEventListener("invalid", (event) => reveal(event.target), true);
    const hindrance = isPreview ? TEXTS.preview : this.blocked();
    if (hindrance) this.hinder(hindrance);
  }
  submitButtons() {
    return [...this.querySelectorAll("crowd-button, button, input")].filter((one) =>
      one.localName === "crowd-button"
        ? (one.getAttribute("form-action") || "submit") === "submit" && !one.hasAttribute("href")
        : !one.closest("crowd-button") && !("crowd" in one.dataset) && ["submit", "image"].includes(one.type),
    );
  }
  blocked() {
    if (this.querySelector(DRAWING.join())) return TEXTS.blocked;
    return [...this.querySelectorAll("*")].some((one) => one.isUnreadable) ? TEXTS.blocked_list : "";
  }
  hinder(text) {
    this.isHindered = true;
    for (const button of this.submitButtons()) {
      button.setAttribute("disabled", "");
      button.querySelectorAll("button").forEach((inner) => (inner.disabled = true));
    }
    this.append(make("p", { class: "crowd-note", role: "status" }, text));
  }
  plainControls() {
    return [...this.querySelectorAll("input, textarea, select")].filter((one) => !("crowd" in one.dataset));
  }
  get answers() {
    const fields = [...this.querySelectorAll("*")].filter((one) => one instanceof Field && one.fieldName);
    const answers = {};
    const met = new Set();
    for (const field of fields) {
      if (met.has(field.fieldName)) continue;
      met.add(field.fieldName);
      Object.assign(answers, field.answer);
    }
    return Object.assign(answers, plainAnswers(this.plainControls(), met));
  }
  requestSubmit() {
    if (this.isHindered || this.isSent) return;
    const controls = [...this.querySelectorAll("input, textarea, select")];
    if (!controls.every((one) => one.reportValidity())) return;
    if (this.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }))) this.submit();
  }
  submit() {
    if (this.isHindered || this.isSent) return;
    this.isSent = true;
    const sent = { assignmentId: told.get("assignmentId") || "", taskAnswers: JSON.stringify([this.answers]) };
    const fields = Object.entries(sent).map(([name, value]) => {
      const field = make("textarea", { name, "data-crowd": true });
      field.value = value;
      return field;
    });
    const action = `${(told.get("turkSubmitTo") || "").replace(/\/+$/, "")}/mturk/externalSubmit`;
    const form = make("form", { method: "post", action, hidden: true }, ...fields);
    document.body.append(form);
    HTMLFormElement.prototype.submit.call(form);
  }
  reset() {
    for (const one of this.querySelectorAll("input, textarea, select")) {
      if (one.type === "checkbox" || one.type === "radio") one.checked = one.defaultChecked;
      else if (one.localName === "select") for (const option of one.options) option.selected = option.defaultSelected;
      else if (one.type !== "hidden") one.value = one.defaultValue;
    }
  }
}

// Radio buttons and checkboxes of one name are one field; of other controls of one name the first counts.
function plainAnswers(controls, met) {
  const groups = new Map();
  for (const one of controls) {
    if (!one.name || met.has(one.name) || one.matches(":disabled")) continue;
    if (OWN_NAMES.includes(one.name) || BUTTONS.includes(one.type)) continue;
    const group = groups.get(one.name) || groups.set(one.name, []).get(one.name);
    const isButton = one.type === "radio" || one.type === "checkbox";
    if (!group.length || (isButton && group[0].type === one.type)) group.push(one);
  }
  return Object.fromEntries([...groups].map(([name, group]) => [name, plainAnswer(group)]));
}

function plainAnswer(group) {
  const [first] = group;
  if (first.type === "radio" || first.type === "checkbox") {
    const answer = {};
    for (const one of group) answer[one.value] = answer[one.value] || one.checked;
    return answer;
  }
  if (first.localName === "select") return [...first.selectedOptions].map((one) => one.value).join("|");
  return first.value;
}

// A check that fails must be seen: open what hides the control.
function reveal(control) {
  for (let around = control.parentElement; around; around = around.parentElement) {
    if (around.localName === "details") around.open = true;
    if (around.localName === "crowd-tab") around.closest("crowd-tabs").select(around);
  }
}

class Button extends Part {
  build() {
    const words = this.takeChildren();
    const disabled = this.has("disabled");
    const made = this.has("href")
      ? make("a", { href: this.text("href"), target: this.text("target") || "_blank", rel: "noopener" })
      : make("button", { type: "button", disabled });
    made.append(...words);
    this.inner = made;
    this.append(made);
  }
  get disabled() {
    return this.has("disabled");
  }
  set disabled(off) {
    this.toggleAttribute("disabled", Boolean(off));
    this.inner.disabled = Boolean(off);
  }
}
