"""The first page of the live list against Django templates that draw all of it.

    uv run just bench list

A thousand people, three readiness facts each and a fifth of them ready, are put into an empty
database. In turns, in one process, by CPU time: the peer draws all 1,000 rows with Django's own
templates, from rows already in words and without a query; ours draws the page of 50 rows from the
same, answers the whole request (sign-in, queries, words, audit, HTML), and the request by which
the page renews itself. Prints median, fastest and 95th percentile in milliseconds, the ratios
and the number of queries for ten people and for a thousand.

The goal of a tenth is for drawing against drawing. The whole request is held against the same
peer, which does none of its other work: that ratio is printed beside it and has no goal.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homeward.config.settings.test")
os.environ["DATABASE_URL"] = f"sqlite:///{tempfile.mkdtemp()}/list.sqlite3"

import django

PEOPLE = 1000
RUNS = 25
READY_ONE_IN = 5
GOAL = 0.1
PEER = """<table class="nhsuk-table"><caption>{{ caption }}</caption><thead><tr>
{% for head in heads %}<th scope="col">{% if head.href %}
<a href="{{ head.href }}">{{ head.text }}</a>{% else %}{{ head.text }}
{% endif %}</th>{% endfor %}</tr></thead><tbody>
{% for row in rows %}<tr id="p-{{ row.key }}">
<td>{{ row.ward }}<br><span>{{ row.bed }}</span></td>
<td><a href="{{ row.href }}">{{ row.name }}</a>{% if row.who %} {{ row.who }}{% endif %}
{% if row.number or row.local_id %}<br>{{ row.number }} {{ row.local_id }}{% endif %}</td>
<td><time datetime="{{ row.admitted_at.isoformat }}" title="{{ row.admitted }}">{{ row.days }}
<span> ({{ row.admitted }})</span></time></td>
<td><strong class="nhsuk-tag{% if row.state.colour %} nhsuk-tag--{{ row.state.colour }}{% endif %}">
{{ row.state.text }}</strong>{% if row.state_detail %} {{ row.state_detail }}{% endif %}</td>
<td>{{ row.expected }}</td>
<td>{% for flag in row.flags %}<strong class="nhsuk-tag nhsuk-tag--{{ flag.colour }}">
{{ flag.text }}</strong>{% endfor %}</td></tr>
{% endfor %}</tbody></table>"""


def cpu_milliseconds(work: Callable[[], object]) -> float:
    """CPU time of this process for one call."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


@dataclass(frozen=True, slots=True)
class Times:
    """CPU milliseconds of one piece of work."""

    median: float
    fastest: float
    p95: float

    def __str__(self) -> str:
        return f"{self.median:.1f} ms (fastest {self.fastest:.1f}, p95 {self.p95:.1f})"


def in_turns(works: dict[str, Callable[[], object]]) -> dict[str, Times]:
    """Each run one after the other, after a round to warm up."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(RUNS + 1):
        for name, work in works.items():
            spent = cpu_milliseconds(work)
            if turn:
                times[name].append(spent)
    return {name: _times(spent) for name, spent in times.items()}


def _times(spent: list[float]) -> Times:
    p95 = statistics.quantiles(spent, n=20, method="inclusive")[-1]
    return Times(statistics.median(spent), min(spent), p95)


def main() -> None:
    """Fill, measure, print."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    few, page = _fill(10), "/list/"
    queries_few = _queries(few, page)
    client = _fill(PEOPLE - 10)
    queries_many = _queries(client, page)
    found = in_turns(_works(client, page))
    peer = found["peer"]
    print(f"people={PEOPLE} runs={RUNS} clock=cpu")
    print(f"peer: Django templates draw {PEOPLE} rows: {peer}")
    print(f"ours: drawing the page of 50 rows: {found['drawing']}")
    print(f"ours: the whole request, 50 rows: {found['page']}")
    print(f"ours: the request that renews the page: {found['refresh']}")
    print(f"ratio drawing/peer={found['drawing'].median / peer.median:.3f} goal<={GOAL}")
    print(f"ratio whole/peer={found['page'].median / peer.median:.3f}")
    print(f"ratio refresh/peer={found['refresh'].median / peer.median:.3f}")
    print(f"queries people=10: {queries_few} people={PEOPLE}: {queries_many}")


def _fill(number: int) -> Any:
    from django.test import Client

    from homeward.core.domain.roles import Role
    from tests.factories import make_organisation, make_user
    from tests.factories_hospital import NOON, make_fact, make_inpatient

    trust = make_organisation("ZT1")
    for place in range(number):
        spell = make_inpatient(trust, days=place % 60, ward=f"W{place % 40}", bed=f"{place}")
        for days in (9, 5, 2):
            ready = place % READY_ONE_IN == 0 and days < 9
            make_fact(spell, "no" if ready else "yes", NOON - timedelta(days=days))
    client = Client()
    client.force_login(make_user(Role.DISCHARGE_COORDINATOR, trust))
    return client


def _queries(client: Any, page: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    return len(captured)


def _works(client: Any, page: str) -> dict[str, Callable[[], object]]:
    from django.template import engines
    from django.test import RequestFactory
    from django.utils import timezone

    from homeward.core.queries import user_of_session
    from homeward.hospital.domain.filters import ListFilters
    from homeward.hospital.domain.length_of_stay import london_date
    from homeward.hospital.presenters.rows import row_view
    from homeward.hospital.queries.filtering import Marked
    from homeward.hospital.queries.live_list import list_rows
    from homeward.hospital.queries.ready import ready_now
    from homeward.hospital.queries.scope import sight_of
    from homeward.hospital.views.live_list import page_of_list

    user = user_of_session(client.session["_auth_user_id"])
    assert user is not None
    now = timezone.now()
    everyone = list_rows(
        user=user,
        sight=sight_of(user=user, at=now),
        filters=ListFilters(),
        marked=Marked(ready=ready_now(user=user, at=now)),
        at=now,
    )
    rows = [row_view(row, today=london_date(now)) for row in everyone]
    request = RequestFactory().get(page)
    request.user = user
    context = page_of_list(request, choices=True) | {"seen": "", "request": request}
    context |= {"acting": user.acting, "user": user, "navigation": []}
    heads = context["view"].heads
    theirs = engines["django"].from_string(PEER)
    template = engines["jinja2"].get_template("hospital/live_list.jinja")
    return {
        "peer": lambda: theirs.render({"rows": rows, "heads": heads, "caption": "People"}),
        "page": lambda: client.get(page),
        "refresh": lambda: client.get(f"{page}rows/", headers={"Homeward-Refresh": "1"}),
        "drawing": lambda: template.render(context),
    }


if __name__ == "__main__":
    main()
