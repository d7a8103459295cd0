// What the page's fields hold, by name: several values, as a crowd element holds them or a control.

const NO_ANSWERS = ["submit", "button", "image", "reset", "file", "password"];

const nameOf = (one) => one.fieldName || one.name;
const isCrowd = (one) => Array.isArray(one.chosen);
const isButton = (one) => one.type === "checkbox" || one.type === "radio";
const written = (values) => JSON.stringify(values);

function fields() {
  const all = customElements.get("crowd-form") ? [...document.getElementsByTagName("*")] : [];
  const controls = [...document.querySelectorAll("input, textarea, select")].filter(
    (one) => !("crowd" in one.dataset) && !OWN_NAMES.includes(one.name) && !NO_ANSWERS.includes(one.type),
  );
  return [...all.filter((one) => one.fieldName && isCrowd(one)), ...controls.filter((one) => one.name)];
}

function collected() {
  const values = new Map();
  for (const one of fields()) values.set(nameOf(one), [...(values.get(nameOf(one)) || []), ...chosen(one)]);
  return values;
}

function chosen(field) {
  if (isCrowd(field)) return field.chosen;
  if (isButton(field)) return field.checked ? [field.value] : [];
  if (field.localName === "select") return [...field.selectedOptions].map((one) => one.value);
  return [field.value];
}

// Of several fields of one name each takes the value of its own place.
function put(field, values, place) {
  const before = written(chosen(field));
  if (isCrowd(field)) field.chosen = values;
  else if (isButton(field)) field.checked = values.includes(field.value);
  else if (field.localName === "select") {
    for (const option of field.options) option.selected = values.includes(option.value);
  } else if (place < values.length) field.value = values[place];
  if (isCrowd(field) || written(chosen(field)) === before) return;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

// A list may get its options later.
function canTake(field, values) {
  return field.localName !== "select" || values.every((one) => [...field.options].some((each) => each.value === one));
}
