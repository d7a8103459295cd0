"""What `mturk adopt` has to say of a folder, and of a tree of them."""

from __future__ import annotations

from pathlib import Path

from mturk_tasks.oldtools import inventory, projects, tree
from mturk_tasks.report.summary import Summary, count


def of_folder(folder: Path) -> Summary:
    """Adopt a folder and say what is new in it, and what was found there."""
    added, ignored = projects.adopt(folder)
    contents = inventory.contents(folder)
    new = [*added, *([ignored.path] if ignored.is_new else [])]
    done = [
        f"{', '.join(map(str, new[:-1]))} and {new[-1]} are new",
        ignored.sentence,
        "nothing else was touched",
    ]
    lines = ("; ".join(filter(None, done)), f"found: {'; '.join(contents)}")
    item = {"id": str(folder), "status": "adopted", "found": "; ".join(contents)}
    return Summary(lines, {"adopted": 1}, (item,), (*added, *ignored.files))


def of_tree(top: Path) -> Summary:
    """Adopt every old folder of a tree, say what was found in each, and sum up; 1 where one failed."""
    found = tree.adopt(top)
    counts = {
        "adopted": len(found.adopted),
        "already": len(found.already),
        "failed": len(found.failed),
    }
    lines = [
        *(f"{folder}: {'; '.join(contents)}" for folder, contents in found.adopted.items()),
        *(f"{folder}: not adopted: {why}" for folder, why in found.failed.items()),
        f"{count(counts['adopted'], 'folder')} adopted, {counts['already']} ours already, "
        f"{counts['failed']} not adopted.",
    ]
    items = (
        *(
            {"id": str(folder), "status": "adopted", "found": "; ".join(contents)}
            for folder, contents in found.adopted.items()
        ),
        *({"id": str(folder), "status": "already"} for folder in found.already),
        *({"id": str(folder), "status": "failed", "error": why} for folder, why in found.failed.items()),
    )
    exit_code = 1 if found.failed else 0
    return Summary(tuple(lines), counts, items, tuple(found.files), exit_code=exit_code)
