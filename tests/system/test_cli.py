"""The command line as people meet it: the real program, in a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from homeward.config.cli import GROUPS, main
from homeward.gateway.domain.hl7 import iter_messages
from homeward.hospital.models import Spell
from tests.factories import make_organisation
from tests.factories_gateway import adt, heard, make_feed

ROOT = Path(__file__).resolve().parents[2]


class Shell:
    """`homeward` with a fresh SQLite home, apart from the tests' own database."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        kept = {
            k: v
            for k, v in os.environ.items()
            if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        }
        environment = kept | {"HOMEWARD_HOME": str(self.home), "PYTHONPATH": str(ROOT / "src")}
        return subprocess.run(
            [sys.executable, "-m", "homeward.config.cli", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
            cwd=self.home,
        )


@pytest.fixture(scope="module")
def homeward(tmp_path_factory):
    """A fresh home into which one file was read with no feed set up."""
    home = tmp_path_factory.mktemp("home")
    (home / "first.hl7").write_bytes(adt(control_id="C1") + adt("A03", control_id="C2"))
    return Shell(home)


@pytest.fixture
def feed(db):
    return make_feed(make_organisation("ZT1"), "pas")


def here(capsys, *words: str) -> subprocess.CompletedProcess[str]:
    """The same command line in this process, on the tests' database."""
    with pytest.raises(SystemExit) as stopped:
        main(words)
    said = capsys.readouterr()
    return subprocess.CompletedProcess(words, int(stopped.value.code or 0), said.out, said.err)


def refused(done: subprocess.CompletedProcess[str], said: str) -> None:
    """One line that says what is wrong, status 2, and no traceback."""
    assert done.returncode == 2, done
    lines = done.stderr.strip().splitlines()
    assert "Traceback" not in done.stderr
    assert said in lines[-1]
    assert len([line for line in lines if not line.startswith("usage:") and line[:1] != " "]) == 1


def test_help_lists_every_command_with_what_it_does(capsys):
    main(["--help"])
    shown = capsys.readouterr().out
    for commands in GROUPS.values():
        for name, text in commands.items():
            assert f"  {name:<15} {text}" in shown


def test_no_word_at_all_shows_the_help(capsys):
    main([])
    assert capsys.readouterr().out.startswith("usage: homeward COMMAND")


def test_every_command_of_the_help_is_installed(homeward):
    from django.core.management import get_commands

    installed = get_commands()
    named = {name.replace("-", "_") for commands in GROUPS.values() for name in commands}
    assert named - {"demo", "serve", "work"} <= set(installed)


def test_version_is_the_packages(capsys):
    from importlib.metadata import version

    main(["--version"])
    assert capsys.readouterr().out.strip() == version("homeward")


def test_an_unknown_command_is_named(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["ingets"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == (
        "homeward: there is no command 'ingets'; see homeward --help\n"
    )


def test_ingest_works_in_a_fresh_home_with_no_feeds(homeward):
    done = homeward("ingest", "first.hl7", "--json")
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert counts["received"] == counts["applied"] == 2
    listed = homeward("spells", "--json")
    assert json.loads(listed.stdout)["spell"] == "V1"
    checked = homeward("rebuild", "--check")
    assert (checked.returncode, "\nequal\n" in checked.stdout) == (0, True)


@pytest.mark.django_db
def test_a_folder_without_messages_is_named_and_not_fatal(feed, capsys, tmp_path):
    (tmp_path / "notes.txt").write_text("nothing here")
    (tmp_path / "empty.hl7").write_text("")
    done = here(capsys, "ingest", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "received=0" in done.stdout
    assert f"no message in {tmp_path / 'notes.txt'}" in done.stdout
    assert f"no message in {tmp_path / 'empty.hl7'}" in done.stdout


@pytest.mark.django_db
def test_json_counts_are_one_object_that_adds_up(feed, capsys, tmp_path):
    text = adt(control_id="C1", local_id="H9", visit="V9")
    (tmp_path / "some.hl7").write_bytes(text + text + adt("R01", kind="ORU", control_id="C2"))
    done = here(capsys, "ingest", str(tmp_path), "--json")
    [line] = done.stdout.splitlines()
    counts = json.loads(line)
    parts = ("applied", "ignored", "duplicate", "quarantined", "rejected")
    assert counts["received"] == sum(counts[part] for part in parts) == 3


BAD = {
    "a path that is not there": (("ingest", "nosuch.hl7"), "nosuch.hl7: there is no such file"),
    "a feed that is not there": (("ingest", ".", "--feed", "nosuch"), "there is no feed 'nosuch'"),
    "no path": (("ingest",), "PATH"),
    "an option that is none": (("rebuild", "--chekc"), "--chekc"),
    "a setting that is none": (
        ("set-feed", "pas", "--org", "ZT1", "colour=red"),
        "colour is not a feed setting",
    ),
    "a switch that is neither": (
        ("set-feed", "pas", "--org", "ZT1", "strict=maybe"),
        "strict is yes or no",
    ),
    "an organisation not loaded": (("set-feed", "new", "--org", "ZT8"), "no organisation 'ZT8'"),
    "a time that is none": (("spells", "--at", "yesterday", "--json"), "yesterday"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_one_line_and_status_2(feed, capsys, what):
    words, said = BAD[what]
    refused(here(capsys, *words), said)


def test_bad_input_to_the_real_program_is_one_line_too(homeward):
    refused(homeward("ingest", "nosuch.hl7"), "nosuch.hl7: there is no such file")


@pytest.mark.django_db
def test_a_message_too_long_to_hold_names_its_file_and_number(feed, capsys, monkeypatch, tmp_path):
    short = partial(iter_messages, max_bytes=1000, chunk_bytes=500)
    monkeypatch.setattr("homeward.gateway.services.ingest.iter_messages", short)
    path = tmp_path / "long.hl7"
    path.write_bytes(adt(control_id="C1") + adt(family="X" * 5000, control_id="C2"))
    refused(here(capsys, "ingest", str(path)), f"{path}, message 2: ")


@pytest.mark.django_db
@pytest.mark.parametrize("words", [("strict=yes", "--org", "ZT1"), ("--org", "ZT1", "strict=yes")])
def test_settings_may_stand_before_or_after_the_organisation(feed, capsys, words):
    done = here(capsys, "set-feed", "pas", *words)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["strict"] is True


@pytest.mark.django_db
def test_feeds_are_listed(feed, capsys):
    assert "pas organisation=ZT1 sender=PAS|ZT1" in here(capsys, "feeds").stdout


@pytest.mark.django_db
def test_a_tampered_row_makes_the_check_fail(feed, capsys):
    heard(adt())
    Spell.objects.update(ward="ELSEWHERE")
    done = here(capsys, "rebuild", "--check")
    assert (done.returncode, "\ndifferent\n" in done.stdout) == (1, True)
    assert any(line.startswith("spell ") for line in done.stdout.splitlines())
    assert here(capsys, "rebuild").returncode == 0
    assert here(capsys, "rebuild", "--check").returncode == 0
