"""Record what real Velocity 1.7 makes of the templates in golden.json; not run with the tests.

It needs a JDK and the Debian packages velocity, libcommons-lang-java, libcommons-collections3-java.
To add a case, add its template to `cases` in golden.json, then run this: `python record.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path

HERE = Path(__file__).parent
JARS = "/usr/share/java"
CLASSES = ":".join(f"{JARS}/{name}.jar" for name in ("velocity", "commons-lang", "commons-collections3"))


def encoded(text: str) -> str:
    return "." + b64encode(text.encode()).decode()


def answers(templates: list[str], cells: dict[str, str]) -> list[dict[str, str]]:
    columns = [encoded(word) for pair in cells.items() for word in pair]
    asked = "\n".join(" ".join([encoded(template), *columns]) for template in templates)
    command = [
        "java",
        "-cp",
        CLASSES,
        "-Dfile.encoding=UTF-8",
        str(HERE / "Driver.java"),
        str(HERE / "folder"),
    ]
    told = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    found = []
    for line in told.stdout.splitlines():
        outcome, _, text = line.partition(" ")
        found.append({"merged" if outcome == "ok" else "refused": b64decode(text).decode()})
    return found


def main() -> None:
    path = HERE / "golden.json"
    golden = json.loads(path.read_text(encoding="utf-8"))
    templates = [case["template"] for case in golden["cases"]]
    recorded = answers(templates, golden["cells"])
    golden["cases"] = [
        {"template": template, **answer} for template, answer in zip(templates, recorded, strict=True)
    ]
    path.write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(templates)} cases recorded\n")


if __name__ == "__main__":
    main()
