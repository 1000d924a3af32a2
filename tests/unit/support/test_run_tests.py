"""The runner's own judgement: what to run, what was counted, and whether it passed."""

from pathlib import Path

import pytest

from tests.support import services
from tests.support.run_tests import (
    NO_TESTS,
    SUITES,
    Outcome,
    chosen,
    paths_and_options,
    print_summary,
    read_report,
    succeeded,
)

REPORT = """<?xml version="1.0"?>
<testsuites><testsuite name="pytest" tests="5" failures="1" errors="1" skipped="1">
<testcase name="test_a"><skipped message="no data folder /nowhere"/></testcase>
</testsuite></testsuites>
"""


def test_with_no_name_all_suites_run():
    assert chosen([]) == (list(SUITES), [])


def test_named_suites_run_and_the_rest_is_for_pytest():
    suites, rest = chosen(["unit", "kill", "-k", "unit"])
    assert [suite.name for suite in suites] == ["unit", "kill"]
    assert rest == ["-k", "unit"]


def test_a_path_stands_in_for_the_paths_of_the_suite():
    paths, options = paths_and_options(SUITES[0], ["tests/unit/support", "-k", "clock"])
    assert (paths, options) == (["tests/unit/support"], ["-k", "clock"])
    assert paths_and_options(SUITES[0], ["-x"]) == (list(SUITES[0].paths), ["-x"])


def test_a_report_is_counted_with_its_reasons_for_skipping(tmp_path: Path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    outcome = read_report(report, Outcome("unit", 1, 2.0))
    assert (outcome.passed, outcome.failed, outcome.skipped) == (2, 2, 1)
    assert outcome.reasons == {"no data folder /nowhere"}


def test_a_run_that_left_no_report_has_failed(tmp_path: Path):
    assert read_report(tmp_path / "none.xml", Outcome("unit", 3, 0.0)).failed == 1


def test_a_suite_without_tests_passes_only_under_a_filter():
    outcomes = [Outcome("unit", 0, 1.0, passed=1), Outcome("journeys", NO_TESTS, 1.0)]
    assert succeeded(outcomes, filtered=True)
    assert not succeeded(outcomes, filtered=False)
    assert not succeeded(outcomes[1:], filtered=True)


def test_one_failed_run_fails_the_whole():
    outcomes = [Outcome("unit", 0, 1.0, passed=9), Outcome("integration", 1, 1.0, failed=1)]
    assert not succeeded(outcomes, filtered=False)


def test_the_summary_ends_with_the_total_and_names_what_was_skipped(capsys):
    print_summary([Outcome("unit", 0, 1.0, 7, 1, 2, {"no data folder /nowhere"})])
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == [
        "skipped: no data folder /nowhere",
        "Total: 7 passed, 1 failed, 2 skipped",
    ]


def test_a_browser_that_cannot_be_run_is_named(monkeypatch):
    monkeypatch.setenv("HOMEWARD_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(services.Missing, match="/nowhere/chromium"):
        services.need_chromium()


def test_no_browser_at_all_says_what_to_install(monkeypatch):
    monkeypatch.delenv("HOMEWARD_CHROMIUM", raising=False)
    monkeypatch.setattr(services.shutil, "which", lambda name: None)
    monkeypatch.setattr(services, "CHROMIUM_PLACES", ())
    with pytest.raises(services.Missing, match="install Chromium or Chrome"):
        services.need_chromium()


def test_no_database_server_at_all_says_what_to_install(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setattr(services.shutil, "which", lambda name: None)
    monkeypatch.setattr(services, "system_postgres_or_none", lambda: None)
    with (
        pytest.raises(services.Missing, match=r"install the server.*or set DATABASE_URL"),
        services.postgres(),
    ):
        pass


def test_a_postgres_database_that_was_given_is_used_as_it_is(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://someone@db.example.test/mine")
    with services.postgres() as url:
        assert url == "postgres://someone@db.example.test/mine"
