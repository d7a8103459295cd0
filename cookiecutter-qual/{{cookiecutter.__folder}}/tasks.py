"""The tasks of this qualification folder; `inv --list` shows them."""

try:
    from mturk_tasks import qual_tasks
except ModuleNotFoundError:
    raise SystemExit("This folder needs mturk-tasks where `inv` runs; see README.md.") from None

ns = qual_tasks(__file__)
