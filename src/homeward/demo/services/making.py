"""Make the synthetic health system: organisations, feeds, sign-ins, and 90 days of messages."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from homeward.core.errors import BadInput
from homeward.core.models import Membership, Organisation, User
from homeward.core.services import memberships
from homeward.demo.cast import CAST, PASSWORD
from homeward.demo.generator import HealthSystem, TimedMessage, build_world
from homeward.demo.models import DemoRun
from homeward.demo.world import World
from homeward.gateway.models import Feed, Message
from homeward.gateway.services.feeds import set_feed
from homeward.gateway.services.intake import receive
from homeward.gateway.services.reading import Arrival
from homeward.hospital.services.wards import ListedWard, load_wards

SEED = 1
DAYS = 90
GROUP = 500
# With --live the history stops short of now, so that there is a stretch to run through fast.
LIVE_STRETCH = timedelta(days=2)

FACT_MAP: list[dict[str, Any]] = [
    {
        "fact": "criteria_to_reside",
        "segment": "OBX",
        "code": "CTR",
        "values": {"N": "no", "Y": "yes"},
    },
    {"fact": "pathway", "segment": "OBX", "code": "PATHWAY"},
    {"fact": "discharge_ready_date", "segment": "OBX", "code": "DRD"},
]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What a start of the demo put in: messages this time, and up to which moment."""

    messages: int
    reached: datetime
    fresh: bool


def make_or_continue(
    *, size: str, now: datetime, live: bool, progress: Progress
) -> tuple[Made, HealthSystem]:
    """Make the demo in an empty database, or bring the one that is there up to now.

    Raises BadInput when the database holds something the demo did not make, or a demo of
    another size.
    """
    run = DemoRun.objects.first()
    fresh = run is None
    if run is None:
        run = _begin(size, now - LIVE_STRETCH if live else now)
    elif run.size != size:
        raise BadInput(f"this demo is of size {run.size}; add --reset to make it {size}")
    system, done = system_of(run)
    target = run.reached if live and not fresh else max(run.reached, now)
    if fresh:
        target = run.until
    messages = _send_all(run, system.run(target), target, progress) if target > done else 0
    if fresh:
        _gather_statistics()
    return Made(messages, run.reached, fresh), system


def _gather_statistics() -> None:
    """Tell the planner what was loaded all at once; it would not look by itself for a while."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _begin(size: str, until: datetime) -> DemoRun:
    if Organisation.objects.exists() or Feed.objects.exists() or Message.objects.exists():
        raise BadInput(
            "this database was not made by the demo, which never touches another; "
            "give it one of its own with DATABASE_URL or HOMEWARD_HOME"
        )
    with transaction.atomic():
        world = build_world("large" if size == "large" else "standard", seed=SEED)
        _load_organisations(world)
        _set_feeds(world)
        _load_wards(world, until)
        _appoint(until)
        start = until - timedelta(days=DAYS)
        return DemoRun.objects.create(size=size, seed=SEED, days=DAYS, until=until, reached=start)


def system_of(run: DemoRun) -> tuple[HealthSystem, datetime]:
    """The hospitals as they were at `run.reached`: what was sent before is made and let go."""
    world = build_world("large" if run.size == "large" else "standard", seed=run.seed)
    system = HealthSystem(world, until=run.until, days=run.days, seed=run.seed)
    for _ in system.run(run.reached):
        pass
    return system, run.reached


def _load_organisations(world: World) -> None:
    rows = {
        each.ods: Organisation(ods_code=each.ods, name=each.name, kind=each.kind, source="demo")
        for each in world.organisations
    }
    for each in world.organisations:
        if each.parent_ods:
            rows[each.ods].parent = rows[each.parent_ods]
    Organisation.objects.bulk_create(rows.values())


def _set_feeds(world: World) -> None:
    for trust in world.trusts:
        set_feed(
            name=f"pas-{trust.ods.lower()}",
            organisation=Organisation.objects.get(ods_code=trust.ods),
            values={
                "application": "PAS",
                "facility": trust.ods,
                "local_authority": trust.ods,
                "class_map": {"N": "newborn"},
                "fact_map": FACT_MAP,
            },
        )


def _load_wards(world: World, at: datetime) -> None:
    for trust in world.trusts:
        wards = [
            ListedWard(ward.site, ward.code, ward.name, set(ward.beds))
            for ward in world.wards_of(trust.ods)
        ]
        organisation = Organisation.objects.get(ods_code=trust.ods)
        load_wards(wards, organisation=organisation.pk, at=at)


def _appoint(at: datetime) -> None:
    # One hash for all: making a hash is slow on purpose.
    password = make_password(PASSWORD)
    for actor in CAST:
        memberships.appoint(
            email=actor.email,
            name=actor.name,
            role=actor.role,
            organisation=Organisation.objects.get(ods_code=actor.organisation),
            site_code=actor.site,
            ward_code=actor.ward,
            by=None,
            at=at,
        )
        user = User.objects.get(email=actor.email)
        user.password = password
        user.acting = Membership.objects.get(user=user)
        user.save()


def _send_all(
    run: DemoRun, messages: Iterable[TimedMessage], target: datetime, progress: Progress
) -> int:
    count = 0
    for group in _groups(iter(messages)):
        take_in(run, group)
        count += len(group)
        progress(count)
    run.reached = target
    run.save(update_fields=["reached"])
    return count


def take_in(run: DemoRun, group: list[TimedMessage]) -> None:
    """One group through the gateway, heard when the hospital sent it."""
    arrivals = [Arrival(m.text, "demo", at=m.at) for m in group]
    receive(arrivals, at=group[-1].at)
    run.reached = group[-1].at
    run.save(update_fields=["reached"])


def _groups(messages: Iterator[TimedMessage]) -> Iterator[list[TimedMessage]]:
    while group := list(islice(messages, GROUP)):
        yield group
