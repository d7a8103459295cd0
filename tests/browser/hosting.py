"""A study that runs at a server of its own, as oTree, psiTurk or a jsPsych page do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

NAMESPACE: Final = (
    "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/ExternalQuestion.xsd"
)
SUBMIT: Final = "/mturk/externalSubmit"
_FORM: Final = """<form method="post" id="hand-in"><input type="hidden" name="assignmentId">{}
<button>Submit</button></form><script>
const told = new URLSearchParams(location.search), form = document.getElementById("hand-in");
form.action = told.get("turkSubmitTo") + "/mturk/externalSubmit";
form.assignmentId.value = told.get("assignmentId");
</script>"""
PROBE: Final = (
    """<!DOCTYPE html><title>Probe</title><pre id="seen"></pre>
<script>
const seen = document.getElementById("seen");
const say = (name, value) => seen.textContent += `${name}=${value};`;
const attempt = async (name, act) => {
  try { say(name, await act()) } catch (error) { say(name, error.name) }
};
(async () => {
  await attempt("storage", () => { localStorage.kept = "yes"; return localStorage.kept });
  await attempt("fetch", async () => (await fetch("/api", { method: "POST", body: "data" })).text());
  await attempt("cookie", async () => (await (await fetch("/cookie")).text(), await fetch("/cookie")).text());
  await attempt("camera", () => document.featurePolicy.allowsFeature("camera"));
  say("opener", window.opener);
  say("end", "");
})();
</script><script type="module" src="/module.js"></script>
<button onclick="alert('Please answer')">Alert</button>"""
    + _FORM.format('<label>Bird <input name="bird"></label>')
    + """<script>form.onsubmit = () => confirm("Submit now?")</script>"""
)
TREE: Final = """<!DOCTYPE html><title>Page {0}</title><h1>Page {0}</h1><form method="post">
<label>Offer <input name="offer"></label><button>Next</button></form>"""
ADVERT: Final = (
    """<!DOCTYPE html><title>Advert</title><button id="begin">Begin</button><div id="done" hidden>"""
    + _FORM.format('<input type="hidden" name="status" value="completed">')
    + """</div><script>
window.finish = () => document.getElementById("done").hidden = false;
document.getElementById("begin").onclick = () => {
  const opened = window.open("/experiment", "_blank", "popup,width=600,height=500");
  if (!opened) document.body.append("Popups blocked");
};
</script>"""
)
EXPERIMENT: Final = """<!DOCTYPE html><title>Experiment</title><button>Yes</button><script>
document.querySelector("button").onclick = async () => {
  await fetch("/sync", { method: "PUT", body: JSON.stringify({ trial: 1 }) });
  window.opener.finish();
  window.close();
};
</script>"""
TIMELINE: Final = (
    """<!DOCTYPE html><title>Timeline</title><script type="module" src="/timeline.js"></script>"""
)
SCRIPTS: Final = {
    "/module.js": "say('module', import.meta.url.startsWith(self.origin))",
    "/timeline.js": """import { trials } from "/trials.js";
const data = [], told = new URLSearchParams(location.search);
const show = () => {
  document.body.innerHTML = `<button>${trials[data.length]}</button>`;
  document.querySelector("button").onclick = () => {
    data.push(trials[data.length]);
    data.length < trials.length ? show() : finish();
  };
};
const finish = () => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = told.get("turkSubmitTo") + "/mturk/externalSubmit";
  for (const [name, value] of [["assignmentId", told.get("assignmentId")], ["data", JSON.stringify(data)]]) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
};
show();""",
    "/trials.js": 'export const trials = ["Left", "Right"];',
}
PAGES: Final = {"/probe": PROBE, "/advert": ADVERT, "/experiment": EXPERIMENT, "/timeline": TIMELINE}


class Study:
    """What it has been sent beside pages asked for, and where `/away` leads."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.sent: list[str] = []
        self.pages = dict(PAGES)
        self.away = ""

    def question(self, path: str, host: str = "localhost", height: int = 0) -> bytes:
        """Return the ExternalQuestion of a page, under a name of this machine."""
        return (
            f'<ExternalQuestion xmlns="{NAMESPACE}"><ExternalURL>http://{host}:{self.port}{path}</ExternalURL>'
            f"<FrameHeight>{height}</FrameHeight></ExternalQuestion>"
        ).encode()


class _Handler(BaseHTTPRequestHandler):
    study: Study

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/away":
            self._lead(self.study.away)
        elif parts.path == "/tree":
            told = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.study.pages["hand in"] = told["turkSubmitTo"] + SUBMIT
            self.study.pages["assignment"] = told["assignmentId"]
            self._lead("/tree/1")
        elif parts.path.startswith("/tree/"):
            self._say(TREE.format(parts.path[-1]))
        elif parts.path == "/cookie":
            cookie = "kept=yes; Path=/; SameSite=None; Secure; Partitioned"
            self._say(str(self.headers.get("Cookie")), **{"Set-Cookie": cookie})
        elif parts.path in SCRIPTS:
            self._say(SCRIPTS[parts.path], kind="text/javascript")
        else:
            self._say(self.study.pages.get(parts.path, ""))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.study.sent.append(f"{self.command} {self.path} {body}")
        if self.path == "/tree/1":
            self._lead("/tree/2")
        elif self.path == "/tree/2":
            answer = {"assignmentId": self.study.pages["assignment"], "participant": "abc"}
            self._lead(f"{self.study.pages['hand in']}?{urlencode(answer)}")
        else:
            self._say("thanks", kind="text/plain")

    do_PUT = do_POST  # noqa: N815 - the name that http.server looks for

    def _lead(self, address: str) -> None:
        self.send_response(303)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, text: str, kind: str = "text/html", **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(text.encode())))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())


@contextmanager
def studying() -> Iterator[Study]:
    """Run a study at a free port of this machine."""
    handler: Any = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        handler.study = study = Study(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield study
        server.shutdown()
        thread.join()
