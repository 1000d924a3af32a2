"""What runs by itself, and how often."""

from dataclasses import dataclass

from django.utils import timezone
from django_q.models import Schedule

from homeward.core.services import audit_chain


@dataclass(frozen=True, slots=True)
class Job:
    """A function that runs every so many minutes."""

    name: str
    function: str
    minutes: int


JOBS = (
    Job("core: seal audit", "homeward.core.jobs.seal_audit", 1),
    Job("core: seal audit, full search", "homeward.core.jobs.seal_whole_audit", 24 * 60),
)


def seal_audit() -> int:
    """Seal the audit events that are new."""
    return audit_chain.seal(at=timezone.now())


def seal_whole_audit() -> int:
    """Seal every audit event that is not sealed, however old."""
    return audit_chain.seal(at=timezone.now(), everything=True)


def ensure_schedules(jobs: tuple[Job, ...] = JOBS) -> None:
    """Have these jobs run. Safe to call at each start: what stands is brought up to date.

    A schedule that is running keeps its next moment.
    """
    for job in jobs:
        Schedule.objects.update_or_create(
            name=job.name,
            defaults={
                "func": job.function,
                "schedule_type": Schedule.MINUTES,
                "minutes": job.minutes,
                "repeats": -1,
            },
        )
