"""The tasks of this survey folder; `inv --list` shows them."""

try:
    from mturk_tasks import hit_tasks
except ModuleNotFoundError:
    raise SystemExit("This folder needs mturk-tasks where `inv` runs; see README.md.") from None

ns = hit_tasks(__file__)
