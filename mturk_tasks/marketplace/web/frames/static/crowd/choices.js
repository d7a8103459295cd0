// Crowd elements: fields for choices.

class Switch extends Field {
  build() {
    const words = this.takeChildren();
    const state = { checked: this.has("checked"), required: this.has("required"), disabled: this.has("disabled") };
    this.control = make("input", { type: "checkbox", "data-crowd": true, ...state, ...this.kind });
    if (!this.textContent.trim()) this.control.setAttribute("aria-label", this.text("name").replace(/[_-]/g, " "));
    this.append(make("label", {}, this.control, make("span", {}, ...words)));
  }
  get kind() {
    return {};
  }
  get checked() {
    return this.control ? this.control.checked : this.has("checked");
  }
  set checked(on) {
    this.control.checked = on;
    this.changed();
  }
  get value() {
    return this.text("value") || "on";
  }
  get chosen() {
    return this.checked ? [this.value] : [];
  }
  set chosen(values) {
    this.checked = values.length > 0;
  }
  get answer() {
    return { [this.fieldName]: this.checked };
  }
}

class Toggle extends Switch {
  get kind() {
    return { role: "switch" };
  }
}

class RadioButton extends Part {
  build() {
    const words = this.takeChildren();
    const group = this.closest("crowd-radio-group");
    if (group && !group.radioName) group.radioName = newId();
    const selected = group && group.getAttribute("selected");
    this.control = make("input", {
      ...{ type: "radio", "data-crowd": true, name: group ? group.radioName : newId() },
      checked: this.has("checked") || (selected && selected === this.text("name")),
      required: Boolean(group && group.hasAttribute("required")),
      disabled: this.has("disabled") || Boolean(group && group.hasAttribute("disabled")),
    });
    this.append(make("label", {}, this.control, make("span", {}, ...words)));
  }
  get checked() {
    return this.control ? this.control.checked : this.has("checked");
  }
  set checked(on) {
    this.control.checked = on;
  }
  get value() {
    return this.text("value") || this.text("name");
  }
}

class RadioGroup extends Field {
  build() {
    this.setAttribute("role", "radiogroup");
    const before = wordsBefore(this);
    if (this.text("label")) this.setAttribute("aria-label", this.text("label"));
    else if (before) this.setAttribute("aria-labelledby", before.id);
  }
  get buttons() {
    return [...this.querySelectorAll("crowd-radio-button")].filter((one) => {
      const name = one.getAttribute("name");
      return name && !one.hasAttribute("disabled") && !OWN_NAMES.includes(name);
    });
  }
  get fieldName() {
    return this.text("name") || (this.buttons[0] ? this.buttons[0].getAttribute("name") : "");
  }
  get value() {
    const on = this.buttons.find((one) => one.checked);
    return on ? on.value : "";
  }
  get chosen() {
    return this.buttons.filter((one) => one.checked).map((one) => one.getAttribute("name"));
  }
  set chosen(names) {
    for (const one of this.buttons) one.checked = names.includes(one.getAttribute("name"));
    this.changed();
  }
  get answer() {
    return Object.fromEntries(this.buttons.map((one) => [one.getAttribute("name"), one.checked]));
  }
}

class Classifier extends Field {
  build() {
    const kind = this.severalAllowed ? "checkbox" : "radio";
    const name = newId();
    const categories = listed(this.text("categories")) || [];
    if (!categories.length) {
      this.isUnreadable = true;
      this.append(...this.target(), make("p", { class: "crowd-note", role: "alert" }, TEXTS.unreadable));
      return;
    }
    this.controls = categories.map((category) =>
      make("input", { type: kind, "data-crowd": true, name, value: category, required: kind === "radio" }),
    );
    const choices = this.controls.map((one) => make("label", {}, one, make("span", {}, one.value)));
    const legend = make("legend", {}, this.text("header") || this.text("name").replace(/[_-]/g, " "));
    this.append(...this.target(), make("fieldset", {}, legend, ...choices));
    if (this.severalAllowed) this.addEventListener("change", () => this.check());
    for (const one of this.controls) one.checked = this.has("value") && one.value === this.text("value");
    if (this.severalAllowed) this.check();
  }
  target() {
    if (!this.isOfImage || !this.has("src")) return [];
    return [make("img", { src: this.text("src"), alt: this.text("alt") || TEXTS.picture })];
  }
  check() {
    const missing = this.has("required") && !this.chosen.length;
    if (this.controls && this.controls[0]) this.controls[0].setCustomValidity(missing ? TEXTS.choose_some : "");
  }
  get chosen() {
    return (this.controls || []).filter((one) => one.checked).map((one) => one.value);
  }
  set chosen(values) {
    for (const one of this.controls || []) one.checked = values.includes(one.value);
    if (this.severalAllowed) this.check();
    this.changed();
  }
  get value() {
    return this.severalAllowed ? this.chosen : this.chosen[0] || "";
  }
  get answer() {
    const chosen = this.chosen;
    return { [this.fieldName]: this.severalAllowed ? { labels: chosen } : { label: chosen[0] || "" } };
  }
}

const classifier = (members) => {
  class Made extends Classifier {}
  Object.assign(Made.prototype, members);
  return Made;
};
