// Crowd elements: fields for text and numbers.
// A field has `fieldName`, `chosen` (its values as strings) and `answer` (what it submits).

class Field extends Part {
  get fieldName() {
    const name = this.text("name");
    return this.has("disabled") || this.closest("fieldset[disabled]") || OWN_NAMES.includes(name) ? "" : name;
  }
  get answer() {
    return { [this.fieldName]: this.chosen.join("|") };
  }
  get name() {
    return this.text("name");
  }
  changed() {
    this.dispatchEvent(new Event("crowd-change", { bubbles: true }));
  }
}

class TextField extends Field {
  build() {
    this.control = this.makeControl();
    this.control.dataset.crowd = "";
    const message = this.text("error-message") || this.text("invalid-message");
    if (message) {
      this.control.addEventListener("invalid", () => this.control.setCustomValidity(message));
      this.control.addEventListener("input", () => this.control.setCustomValidity(""));
    }
    this.append(...label(this, this.control));
  }
  shared() {
    return {
      placeholder: this.getAttribute("placeholder"),
      maxlength: this.getAttribute("max-length") || this.getAttribute("maxlength"),
      minlength: this.getAttribute("min-length"),
      required: this.has("required"),
      disabled: this.has("disabled"),
      autofocus: this.has("auto-focus"),
    };
  }
  get value() {
    return this.control ? this.control.value : this.text("value");
  }
  set value(text) {
    this.control.value = text;
    this.changed();
  }
  get chosen() {
    return [this.value];
  }
  set chosen([text = ""]) {
    this.value = text;
  }
}

class Input extends TextField {
  makeControl() {
    const own = {};
    for (const name of ["type", "min", "max", "step", "pattern", "value"]) own[name] = this.getAttribute(name);
    return make("input", { ...this.shared(), ...own, type: own.type || "text" });
  }
}

class TextArea extends TextField {
  makeControl() {
    const made = make("textarea", { ...this.shared(), rows: this.getAttribute("rows") || 3 });
    made.value = this.text("value") || this.textContent.trim();
    this.textContent = "";
    return made;
  }
}

class Slider extends TextField {
  makeControl() {
    const range = { min: this.text("min") || 0, max: this.text("max") || 100, step: this.text("step") || 1 };
    const made = make("input", { type: "range", ...range, disabled: this.has("disabled") });
    made.value = this.text("value") || range.min;
    return made;
  }
  build() {
    super.build();
    const shown = make("output", {}, this.control.value);
    this.append(shown);
    this.show = () => (shown.value = this.control.value);
    this.control.addEventListener("input", this.show);
  }
  changed() {
    this.show();
    super.changed();
  }
}

// The words beside a control: its label attribute, a <label for> or text before it, at worst its name.
function label(element, control) {
  control.id = newId();
  if (element.text("label")) return [make("label", { for: control.id }, element.text("label")), control];
  const before = wordsBefore(element);
  const outside = element.id && document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
  const around = element.closest("label");
  if (outside) outside.htmlFor = control.id;
  else if (around) around.htmlFor = control.id;
  else if (element.text("aria-label")) control.setAttribute("aria-label", element.text("aria-label"));
  else if (before) control.setAttribute("aria-labelledby", before.id);
  else control.setAttribute("aria-label", element.text("placeholder") || element.text("name").replace(/[_-]/g, " "));
  return [control];
}

// The text that stands right before an element and belongs to no other control, with an ID.
function wordsBefore(element) {
  const before = element.previousElementSibling;
  if (!before || !before.matches("p, div, label:not([for]), h1, h2, h3, h4, h5, h6, span, strong, legend")) return null;
  if (before.querySelector("input, textarea, select, button, img")) return null;
  before.id = before.id || newId();
  return before;
}
