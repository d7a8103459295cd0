"""The old command makeTemplate."""

from __future__ import annotations

from invoke import Context

from mturk_tasks.console.console import Console
from mturk_tasks.legacy import projects
from mturk_tasks.legacy.scripts import ENDINGS
from mturk_tasks.tasks import options
from mturk_tasks.tasks.bootstrap import finish_here
from mturk_tasks.tasks.decorators import JSON, SANDBOX, task


@task(
    called="makeTemplate",
    template="The sample to begin with, or a folder below templateRootDir.",
    target="Name of the new folder and of the files in it.",
    type="Hit or Qual. Default: what the sample is.",
    os="Unix or Dos: which scripts to write. Default: both.",
    templaterootdir="Where templates of your own are.",
    targetrootdir="Where to make the folder. Default: here.",
    scripttemplatedir="Where templates of scripts are.",
    **SANDBOX,
    **JSON,
)
def make_template(
    c: Context,
    template: str = "",
    target: str = "",
    type: str = "",  # noqa: A002  # the option's name in the reference
    os: str = "",
    templaterootdir: str = "",
    targetrootdir: str = ".",
    scripttemplatedir: str = "",
    sandbox: bool = False,
    json: bool = False,
) -> None:
    """Make a folder for a survey or a qualification from a sample or from another folder."""
    options.need(template=template, target=target)
    kinds = (projects.HIT, projects.QUALIFICATION)
    order = projects.Order(
        template,
        str(options.path(target)),
        kind=options.choice("-type", type, kinds) if type else projects.kind_of_sample(template),
        systems=(options.choice("-os", os, tuple(ENDINGS)),) if os else tuple(ENDINGS),
        template_root=options.path(templaterootdir) if templaterootdir else None,
        target_root=options.path(targetrootdir),
        script_templates=options.path(scripttemplatedir) if scripttemplatedir else None,
    )
    console = Console(quiet=json, begun=True)
    finish_here(console, "makeTemplate", projects.make(order, console.say))


make_template.old = True  # though it acts in no marketplace
