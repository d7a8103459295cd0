// The functions that layouts expect of externalHIT_v1.js: what the page is told in its address, and a form
// that submits to the marketplace.


// The value as it stands in the address, still encoded; the default where there is none.
function turkGetParam(name, defaultValue) {
  var found = new RegExp("[?&]" + name.replace(/[^\w]/g, "\\$&") + "=([^&#]*)").exec(window.location.href);
  return found ? found[1] : defaultValue;
}

function decode(text) {
  try {
    return decodeURIComponent(String(text).replace(/\+/g, " "));
  } catch (error) {
    return String(text); // a lone percent sign
  }
}

function turkGetSubmitToHost() {
  var told = decode(turkGetParam("turkSubmitTo", "")).replace(/\/+$/, "");
  return /^(https?:)?\/\//i.test(told) ? told : "https://www.mturk.com";
}

// Make a form submit for this assignment; in a preview its button is off and says why.
function turkSetAssignmentID(formName, buttonName) {
  var form = turkFind(formName || "mturk_form", document.forms);
  var button = turkFind(buttonName || "submitButton", null);
  var assignment = decode(turkGetParam("assignmentId", ""));
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
  if (form) form.setAttribute("action", turkGetSubmitToHost() + "/mturk/externalSubmit");
  return true;
}

function turkFind(given, list) {
  if (typeof given !== "string") return given;
  return document.getElementById(given) || (list && list.namedItem(given)) || null;
}
