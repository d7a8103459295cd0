"""The tasks of this survey folder; `inv --list` shows them."""

try:
    from mturk_tasks import hit_tasks
except ModuleNotFoundError:
    raise SystemExit("This folder needs mturk-tasks where `inv` runs; README.md says how to get it.") from None

ns = hit_tasks(__file__)
