"""How much faster our table, tag and summary list are than the official macros they equal.

    uv run python benchmarks/macros.py

Prints the median of several runs in milliseconds and the ratio, official to ours.
"""

import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homeward.config.settings.test")

import django
from django.template import engines

RUNS = 7
ROWS = 100
COLUMNS = ("Bed", "Name", "Age", "In hospital", "State", "Pathway", "Next step", "Flags")

SOURCES = {
    "table": (
        '{% from "nhsuk/components/tables/macro.jinja" import table %}{{ table(params) }}',
        '{% from "core/macros/table.jinja" import table %}{{ table(params) }}',
    ),
    "tag": (
        '{% from "nhsuk/components/tag/macro.jinja" import tag %}'
        '{% for n in params.words %}{{ tag({"text": n, "colour": "green"}) }}{% endfor %}',
        '{% from "core/macros/tag.jinja" import tag %}'
        '{% for n in params.words %}{{ tag(n, "green") }}{% endfor %}',
    ),
    "summary list": (
        '{% from "nhsuk/components/summary-list/macro.jinja" import summaryList %}'
        "{{ summaryList(params) }}",
        '{% from "core/macros/summary_list.jinja" import summary_list %}{{ summary_list(params) }}',
    ),
}
PARAMS = {
    "table": {
        "caption": "People",
        "responsive": True,
        "firstCellIsHeader": True,
        "head": [{"text": name} for name in COLUMNS],
        "rows": [
            [{"text": f"{name} {n}", "classes": "hw-nowrap"} for name in COLUMNS]
            for n in range(ROWS)
        ],
    },
    "tag": {"words": [f"Ready {n}" for n in range(ROWS)]},
    "summary list": {"rows": [{"key": f"Fact {n}", "value": str(n)} for n in range(ROWS)]},
}


def milliseconds(work: Callable[[], object]) -> float:
    """The median time of several runs after one to warm up."""
    work()
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print a line for each macro."""
    django.setup()
    print(f"{ROWS} rows or items; median of {RUNS} runs")
    for name, sources in SOURCES.items():
        official, ours = (engines["jinja2"].from_string(source) for source in sources)
        params = {"params": PARAMS[name]}
        peer = milliseconds(lambda: official.render(params))  # noqa: B023 - called at once
        own = milliseconds(lambda: ours.render(params))  # noqa: B023
        print(f"{name}: official {peer:.1f} ms, ours {own:.2f} ms, ratio {peer / own:.0f}")


if __name__ == "__main__":
    main()
