"""Loading organisations: the same files again change nothing, a bad row loads nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from homeward.core.errors import BadInput
from homeward.core.models import AuditEvent, Organisation
from homeward.core.services import organisations

pytestmark = pytest.mark.django_db


def row(code: str, name: str = "A NAME", icb: str = "", parent: str = "", **more: str) -> str:
    fields = [""] * 27
    fields[0], fields[1], fields[3], fields[14] = code, name, icb, parent
    fields[9], fields[10] = more.get("postcode", "ZZ1 1ZZ"), more.get("opened", "20200401")
    fields[11] = more.get("closed", "")
    return ",".join(f'"{field}"' for field in fields) + "\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "etr.csv": row("ZT1", "FIRST TRUST", icb="QZZ") + row("ZT2", "SECOND TRUST", icb="QZZ"),
        "ets.csv": row("ZT101", "A SITE", icb="QZZ", parent="ZT1"),
        "icb_names.csv": "ICB24CDH,ICB24NM\nQZZ,Fiction Board\n",
        "succ.csv": '"ZT1","ZT2","R","20250401",""\n"ZZ9","ZT1","R","20250401",""\n',
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, newline="")
    return tmp_path


def load(folder: Path, *names: str, **options: object) -> str:
    out = StringIO()
    call_command("load_ods", *(folder / name for name in names), stdout=out, **options)
    return out.getvalue().strip()


def held(code: str) -> Organisation:
    return Organisation.objects.get(ods_code=code)


ALL = ("ets.csv", "succ.csv", "etr.csv", "icb_names.csv")


@pytest.mark.parametrize("names", [ALL, tuple(reversed(ALL))])
def test_a_load_links_parents_and_successors_in_any_order(folder, names):
    assert load(folder, *names) == "read=6 added=4 changed=1 unchanged=0 ignored=1 refused=0"
    assert held("ZT101").parent == held("ZT1")
    assert held("ZT1").parent == held("QZZ")
    assert held("ZT1").succeeded_by == held("ZT2")
    assert (held("ZT1").name, held("ZT1").kind, held("ZT1").source) == (
        "FIRST TRUST",
        "trust",
        "etr.csv",
    )


def test_the_same_files_again_change_nothing(folder):
    load(folder, *ALL)
    before = list(Organisation.objects.order_by("pk").values())
    assert load(folder, *ALL) == "read=6 added=0 changed=0 unchanged=5 ignored=1 refused=0"
    assert list(Organisation.objects.order_by("pk").values()) == before


def test_a_newer_file_changes_what_differs_and_keeps_the_key(folder):
    load(folder, *ALL)
    key = held("ZT1").pk
    (folder / "etr.csv").write_text(
        row("ZT1", "RENAMED TRUST", icb="QZZ", closed="20250401") + row("ZT2", "SECOND TRUST")
    )
    assert load(folder, "etr.csv") == "read=2 added=0 changed=1 unchanged=1 ignored=0 refused=0"
    assert (held("ZT1").pk, held("ZT1").name) == (key, "RENAMED TRUST")
    assert str(held("ZT1").closed_on) == "2025-04-01"


def test_a_parent_that_is_held_already_is_linked(folder):
    load(folder, "icb_names.csv")
    load(folder, "etr.csv")
    assert held("ZT1").parent == held("QZZ")


def test_a_parent_that_is_not_held_is_left_out(folder):
    load(folder, "etr.csv")
    assert held("ZT1").parent is None


def test_a_table_that_does_not_say_an_address_keeps_the_one_held(folder):
    load(folder, "etr.csv")
    (folder / "names.csv").write_text("code,name\nZT1,FIRST TRUST\n")
    assert load(folder, "names.csv", kind="trust").startswith("read=1 added=0 changed=0")
    assert held("ZT1").postcode == "ZZ1 1ZZ"
    assert held("ZT1").opened_on is not None


def test_a_later_file_of_one_run_wins(folder):
    other = folder / "other"
    other.mkdir()
    (other / "etr.csv").write_text(row("ZT1", "LATER NAME"))
    assert load(folder, "etr.csv", "other/etr.csv") == (
        "read=3 added=2 changed=0 unchanged=0 ignored=1 refused=0"
    )
    assert held("ZT1").name == "LATER NAME"


def test_more_rows_than_go_into_one_transaction(folder):
    count = organisations.ROWS_AT_ONCE * 2 + 1
    text = "".join(row(f"Z{number:05d}", icb="Z00000") for number in range(count))
    (folder / "epraccur.csv").write_text(text)
    assert load(folder, "epraccur.csv").startswith(f"read={count} added={count} ")
    assert Organisation.objects.filter(parent=held("Z00000")).count() == count - 1


def test_a_load_is_audited(folder):
    load(folder, "etr.csv")
    event = AuditEvent.objects.get()
    assert (event.action, event.by) == ("organisations.loaded", None)
    assert event.detail == {"files": ["etr.csv"], "added": 2, "changed": 0}


def test_a_bad_row_is_named_and_nothing_is_loaded(folder):
    (folder / "ets.csv").write_text(row("ZT101") + row("ZT102", opened="soon"))
    err = StringIO()
    with pytest.raises(BadInput, match="1 row is bad; nothing was loaded"):
        load(folder, "etr.csv", "ets.csv", stderr=err)
    assert err.getvalue() == f"{folder}/ets.csv:2: opened date 'soon' is not a date\n"
    assert not Organisation.objects.exists()
    assert not AuditEvent.objects.exists()


def test_bad_rows_can_be_skipped(folder):
    (folder / "ets.csv").write_text(row("ZT101") + row("") + row("ZT102", name=""))
    err = StringIO()
    counts = load(folder, "ets.csv", skip_bad=True, stderr=err)
    assert counts == "read=3 added=1 changed=0 unchanged=0 ignored=0 refused=2"
    assert err.getvalue().count("\n") == 2


def test_a_file_that_is_not_there_or_says_nothing_is_named(folder):
    with pytest.raises(BadInput, match=r"nowhere\.csv: No such file"):
        load(folder, "nowhere.csv")
    (folder / "odd.csv").write_text(row("ZT1"))
    with pytest.raises(BadInput, match=r"odd\.csv: .*--kind"):
        load(folder, "odd.csv")
    with pytest.raises(BadInput, match="Is a directory"):
        load(folder, ".")


def test_an_empty_file_loads_nothing(folder):
    (folder / "etr.csv").write_text("")
    assert load(folder, "etr.csv") == "read=0 added=0 changed=0 unchanged=0 ignored=0 refused=0"


REAL = (
    ("jhau_nhs_spend_2026/etr.csv", 273),
    ("jhau_nhs_spend_2026/eccg.csv", 320),
    ("jhau_nhs_spend_2026/icb_names_codes_dec_2024.csv", 42),
)


def test_published_files_load_whole(data_folder):
    names = [name for name, _ in REAL]
    rows = sum(count for _, count in REAL)
    first = load(data_folder / "ods", *names)
    assert first == f"read={rows} added={rows} changed=0 unchanged=0 ignored=0 refused=0"
    again = load(data_folder / "ods", *names)
    assert again == f"read={rows} added=0 changed=0 unchanged={rows} ignored=0 refused=0"
    alone = Organisation.objects.filter(kind="trust", closed_on=None, parent=None)
    # Trusts of Wales belong to no English board.
    assert set(alone.values_list("ods_code", flat=True)) == {"RYT", "RQF", "RT4"}


def test_an_older_published_list_and_its_mergers_load_after_it(data_folder):
    load(data_folder / "ods", "nhsx_2022/etr.csv")
    load(data_folder / "ods", "jhau_nhs_spend_2026/etr.csv", "covid19_nhs_data/trust_mergers.csv")
    successor = held("RBA").succeeded_by
    assert (successor and successor.ods_code) == "RH5"


def test_published_practices_load_whole(data_folder):
    assert load(data_folder / "ods", "hsma_2025/epraccur.csv") == (
        "read=15971 added=15971 changed=0 unchanged=0 ignored=0 refused=0"
    )
    assert str(held("A81003").closed_on) == "2017-10-31"
