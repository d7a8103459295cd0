// Tells the page around the frame what became of the submit. Only this site's own page hears it. In a window of
// its own there is none, and a link leads on.
(function () {
  "use strict";
  const said = document.querySelector("main").dataset;
  const submitted = ["submitted", "late"].includes(said.reason); // either way the answers are kept
  const message = { mturk: submitted ? "submitted" : "refused", reason: said.reason };
  if (said.assignment) message.assignmentId = said.assignment;
  if (said.time) message.time = said.time;
  if (window.parent !== window) {
    window.parent.postMessage(message, new URL(document.currentScript.src).origin);
  } else {
    document.getElementById("onward").hidden = false;
  }
})();
