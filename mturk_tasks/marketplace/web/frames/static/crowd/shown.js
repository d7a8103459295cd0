// Crowd elements: what only shows.

class IconButton extends Button {
  build() {
    const words = this.text("label") || this.text("title") || this.text("icon").split(/[:/]/).pop();
    if (!this.textContent.trim()) this.append(...icon(this.text("icon")), words);
    super.build();
  }
}

// A picture where an address is given; the names of a set of icons say nothing here.
function icon(name) {
  return name.includes("/") ? [make("img", { src: name, alt: "" }), " "] : [];
}

class Badge extends Part {
  build() {
    if (!this.textContent.trim()) this.append(...icon(this.text("icon")), this.text("label"));
  }
}

class Card extends Part {
  build() {
    if (this.text("heading")) this.prepend(make("p", { class: "crowd-heading" }, this.text("heading")));
    if (this.text("image")) this.prepend(make("img", { src: this.text("image"), alt: "" }));
  }
}

class Alert extends Part {
  build() {
    this.setAttribute("role", this.text("type") === "error" ? "alert" : "status");
    if (!this.has("dismissible")) return;
    const close = make("button", { type: "button" }, TEXTS.dismiss);
    close.addEventListener("click", () => this.remove());
    this.append(close);
  }
}

class Toast extends Part {
  build() {
    this.setAttribute("role", "status");
    if (!this.textContent.trim()) this.textContent = this.text("text");
    this.hidden = true;
    if (this.has("opened")) this.show();
  }
  show() {
    this.hidden = false;
    window.setTimeout(() => this.hide(), Number(this.text("duration")) || 3000);
  }
  hide() {
    this.hidden = true;
  }
}

class Modal extends Part {
  build() {
    const words = this.takeChildren();
    const close = make("button", { type: "button" }, TEXTS.close);
    this.dialog = make("dialog", { "aria-label": this.text("link-text") || "" }, ...words, close);
    close.addEventListener("click", () => this.close());
    this.append(this.dialog);
    if (!this.text("link-text")) return;
    const link = make("button", { type: "button", class: "crowd-link" }, this.text("link-text"));
    link.addEventListener("click", () => this.open());
    this.prepend(link);
  }
  open() {
    this.dialog.showModal();
  }
  close() {
    this.dialog.close();
  }
}

class Tab extends Part {
  build() {
    this.setAttribute("role", "tabpanel");
    this.id = this.id || newId();
  }
}

class Tabs extends Part {
  build() {
    this.panels = [...this.children].filter((one) => one.localName === "crowd-tab");
    this.buttons = this.panels.map((panel) => {
      const button = make("button", { type: "button", role: "tab", id: newId(), "aria-controls": panel.id });
      button.textContent = panel.getAttribute("header") || "";
      button.addEventListener("click", () => this.select(panel));
      panel.setAttribute("aria-labelledby", button.id);
      return button;
    });
    const list = make("div", { role: "tablist" }, ...this.buttons);
    list.addEventListener("keydown", (event) => this.step(event));
    this.prepend(list);
    if (this.panels.length) this.select(this.panels[0]);
  }
  select(chosen) {
    this.panels.forEach((panel, place) => {
      panel.hidden = panel !== chosen;
      this.buttons[place].setAttribute("aria-selected", String(panel === chosen));
      this.buttons[place].tabIndex = panel === chosen ? 0 : -1;
    });
  }
  step(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const place = this.buttons.indexOf(document.activeElement) + by + this.buttons.length;
    const next = place % this.buttons.length;
    this.select(this.panels[next]);
    this.buttons[next].focus();
  }
}

// Instructions of a whole page, and those inside a classifier: the long ones are folded away.
class Folded extends Part {
  build() {
    const words = this.takeChildren();
    this.append(make("details", {}, make("summary", {}, this.summary()), ...words));
  }
  summary() {
    return this.text("link-text") || this.text("header") || TEXTS.instructions;
  }
}

class Shown extends Part {
  build() {
    const heading = this.text("header") || this.heading;
    if (heading) this.prepend(make("p", { class: "crowd-heading" }, heading));
  }
}
class GoodExample extends Shown {}
class BadExample extends Shown {}
GoodExample.prototype.heading = TEXTS.good;
BadExample.prototype.heading = TEXTS.bad;

class Drawing extends Part {
  build() {
    this.append(make("p", { class: "crowd-note", role: "alert" }, TEXTS.unsupported.replace("{tag}", this.localName)));
  }
}

const DRAWING = [
  ...["crowd-bounding-box", "crowd-polygon", "crowd-polyline", "crowd-keypoint", "crowd-line"],
  ...["crowd-semantic-segmentation", "crowd-instance-segmentation", "crowd-entity-annotation"],
];
