// Crowd elements: their names, and the moment they begin: when the page is parsed and their children are there.

// What stands inside comes before what counts on it.
const ELEMENTS = {
  "crowd-input": Input,
  "crowd-text-area": TextArea,
  "crowd-slider": Slider,
  "crowd-checkbox": Switch,
  "crowd-toggle-button": Toggle,
  "crowd-radio-button": RadioButton,
  "crowd-radio-group": RadioGroup,
  "crowd-classifier": classifier({}),
  "crowd-classifier-multi-select": classifier({ severalAllowed: true }),
  "crowd-image-classifier": classifier({ isOfImage: true }),
  "crowd-image-classifier-multi-select": classifier({ isOfImage: true, severalAllowed: true }),
  "crowd-button": Button,
  "crowd-icon-button": IconButton,
  "crowd-fab": class extends IconButton {},
  "crowd-badge": Badge,
  "crowd-card": Card,
  "crowd-alert": Alert,
  "crowd-toast": Toast,
  "crowd-modal": Modal,
  "crowd-tab": Tab,
  "crowd-tabs": Tabs,
  "crowd-instructions": Folded,
  "full-instructions": class extends Folded {},
  "short-instructions": class extends Shown {},
  "positive-example": GoodExample,
  "negative-example": BadExample,
};
for (const tag of DRAWING) ELEMENTS[tag] = class extends Drawing {};
ELEMENTS["crowd-form"] = Form;

const COLOURED = "style, link[rel~=stylesheet], [style*=color], [style*=background], [bgcolor], font[color]";
const style = make("link", { rel: "stylesheet", href: new URL("crowd.css", document.currentScript.src).href });

function begin() {
  document.documentElement.classList.toggle("crowd-light", document.querySelector(COLOURED) !== null);
  document.head.append(style);
  for (const [tag, kind] of Object.entries(ELEMENTS)) if (!customElements.get(tag)) customElements.define(tag, kind);
  document.dispatchEvent(new Event("all-crowd-elements-ready", { bubbles: true }));
}
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
