// The functions that layouts expect of externalHIT_v1.js: what the page is told in its address, and a form
// that submits to the marketplace. Pages that name the script load it, and those that forgot it have it too.

// The value as it stands in the address, still encoded; the default where there is none.
window.turkGetParam = function (name, defaultValue) {
  var found = new RegExp("[?&]" + name.replace(/[^\w]/g, "\\$&") + "=([^&#]*)").exec(window.location.href);
  return found ? found[1] : defaultValue;
};

window.turkGetSubmitToHost = function () {
  var told = decode(window.turkGetParam("turkSubmitTo", "")).replace(/\/+$/, "");
  return /^(https?:)?\/\//i.test(told) ? told : "https://www.mturk.com";
};

// Make a form submit for this assignment; in a preview its button is off and says why.
window.turkSetAssignmentID = function (formName, buttonName) {
  var form = find(formName || "mturk_form", document.forms);
  var button = find(buttonName || "submitButton", null);
  var assignment = decode(window.turkGetParam("assignmentId", ""));
  var field = document.getElementById("assignmentId");
  if (!field && form) {
    field = form.querySelector("input[name=assignmentId]") || document.createElement("input");
    field.type = "hidden";
    field.name = field.id = "assignmentId";
    form.appendChild(field);
  }
  if (field) field.value = assignment;
  if (assignment === "ASSIGNMENT_ID_NOT_AVAILABLE" && button) {
    button.disabled = true;
    if ("value" in button && button.localName === "input") button.value = TURK_TEXTS.preview;
    else button.textContent = TURK_TEXTS.preview;
  }
  if (form) form.setAttribute("action", window.turkGetSubmitToHost() + "/mturk/externalSubmit");
  return true;
};

window.decode = decode;
function decode(text) {
  try {
    return decodeURIComponent(String(text).replace(/\+/g, " "));
  } catch (error) {
    return String(text); // a lone percent sign
  }
}

function find(given, list) {
  if (typeof given !== "string") return given;
  return document.getElementById(given) || (list && list.namedItem(given)) || null;
}
