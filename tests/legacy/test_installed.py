"""What install-scripts writes: a script for each command, and a configuration that programs can rewrite."""

from __future__ import annotations

import stat

import pytest

from mturk_tasks.legacy import configuration as old_configuration
from mturk_tasks.legacy import scripts
from mturk_tasks.tasks.collections import asking_command_names, old_command_names
from mturk_tasks.vocabulary.environments import Configured, choose

SANDBOX = "https://mechanicalturk.sandbox.amazonaws.com/?Service=AWSMechanicalTurkRequester"
AMAZON = "https://mechanicalturk.amazonaws.com/?Service=AWSMechanicalTurkRequester"
ASKING = {
    *("approveWork", "rejectWork", "deleteHITs", "resetAccount"),
    *("approveQualificationRequests", "rejectQualificationRequests"),
}


@pytest.fixture
def home(tmp_path):
    return tmp_path / "clt"


def put(home, **options):
    return scripts.install(home, old_command_names(), None, **options)


def configuration(home):
    return home / "bin" / "mturk.properties"


def test_a_new_configuration_names_the_sandbox_and_no_keys(home):
    done = put(home)
    read = old_configuration.read(home / "bin")

    assert done.configuration == configuration(home)
    assert (read.service_url, read.access_key, read.secret_key) == (SANDBOX, "", "")
    assert choose(Configured(service_url=read.service_url)).embedded


def test_it_has_the_lines_that_programs_look_for_and_no_other_with_an_address(home):
    put(home)
    lines = configuration(home).read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if "://" in line or "service_url" in line] == [
        f"#service_url={AMAZON}",
        f"service_url={SANDBOX}",
    ]
    assert [line for line in lines if "_key" in line] == ["access_key=", "secret_key="]


def test_keys_go_into_a_file_for_its_owner_alone_that_git_leaves_alone(home):
    put(home)

    assert stat.S_IMODE(configuration(home).stat().st_mode) == 0o600
    assert "mturk.properties*" in (home / ".gitignore").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("content", ["access_key=MINE\n", ""], ids=["a file", "an empty file"])
def test_a_configuration_that_is_there_is_left_alone(home, content):
    (home / "bin").mkdir(parents=True)
    configuration(home).write_text(content, encoding="utf-8")
    before = configuration(home).stat()

    assert put(home).configuration is None
    assert configuration(home).read_text(encoding="utf-8") == content
    assert configuration(home).stat() == before


def test_a_link_to_nowhere_is_left_alone_too(home, tmp_path):
    (home / "bin").mkdir(parents=True)
    configuration(home).symlink_to(tmp_path / "drive" / "keys")

    assert put(home).configuration is None
    assert not configuration(home).exists()


def test_scripts_ask_as_ever_unless_they_are_to_run_unattended(home):
    put(home)
    assert [path.name for path in (home / "bin").iterdir() if "-force" in path.read_text()] == []


@pytest.mark.parametrize("ending", ["sh", "cmd"])
def test_unattended_scripts_force_what_asks_and_say_so_in_their_first_lines(home, ending):
    put(home, forced=asking_command_names())
    scripts = {path.stem: path.read_text().splitlines() for path in (home / "bin").glob(f"*.{ending}")}
    forced = {name for name, lines in scripts.items() if f" {name} -force " in lines[-1]}

    assert forced == ASKING
    assert [name for name, lines in scripts.items() if "It never asks" not in lines[1]] == []


def test_they_can_be_put_over_one_another(home):
    put(home, forced=asking_command_names())
    done = put(home)

    assert "-force" not in (home / "bin" / "deleteHITs.sh").read_text(encoding="utf-8")
    assert len(done.scripts) == 2 * len(old_command_names())


def test_the_scripts_for_windows_have_its_line_ends_and_pass_everything_on(home):
    put(home)
    text = (home / "bin" / "loadHITs.cmd").read_bytes()

    assert text.count(b"\r\n") == text.count(b"\n")
    assert text.splitlines()[-1] == b"mturk loadHITs %*"
    assert b'if not defined MTURK_CMD_HOME set "MTURK_CMD_HOME=%~dp0.."' in text.splitlines()


@pytest.mark.parametrize(
    ("program", "written"),
    [
        (r"C:\R&D\mturk.exe", rb'"C:\R&D\mturk.exe" loadHITs %*'),
        (r"C:\100%\my tools\mturk.exe", rb'"C:\100%%\my tools\mturk.exe" loadHITs %*'),
    ],
    ids=["a character of its shell", "a percent sign and a blank"],
)
def test_the_program_may_stand_anywhere_on_windows(home, program, written):
    scripts.install(home, ["loadHITs"], program)
    assert (home / "bin" / "loadHITs.cmd").read_bytes().splitlines()[-1] == written


def test_the_command_says_where_the_scripts_act(prompt, fresh, home):
    run = prompt.mturk("install-scripts", "--directory", str(home), "--unattended")

    assert f"46 scripts that never ask are in {home / 'bin'}; now: export MTURK_CMD_HOME={home}" in run.out
    assert f"{configuration(home)} is new: the scripts act in the sandbox, which it names" in run.err


def test_every_file_that_was_written_is_told_to_a_program(prompt, fresh, home):
    files = prompt.json("install-scripts", "--directory", str(home))["files"]
    assert {str(configuration(home)), str(home / ".gitignore")} < set(files)
    assert len(files) == 48
