// Stands at the beginning of each page that the site shows in a frame: gives the page what a frame takes from
// it, lets forms find their way, and tells the work page around the frame what is typed or clicked, which keeps
// it and gives it back.
//
// The files of this folder are served as one script, in one scope, with FRAME_TEXTS from the table of all
// texts; here is what the page is told.

const NOT_ACCEPTED = "ASSIGNMENT_ID_NOT_AVAILABLE";
const OWN_NAMES = ["assignmentId", "hitId", "turkSubmitTo", "workerId"];

const site = new URL(document.currentScript.src).origin;
const pass = window.location.pathname.split("/").pop();
const told = new URLSearchParams(window.location.search);
const assignment = told.get("assignmentId") || "";
