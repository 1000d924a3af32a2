"""Words and shapes of this room's pages."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from homeward.core.queries import AuditFound, AuditWanted


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the audit list."""

    lines: tuple["AuditLine", ...]
    total: int
    page: int
    pages: int
    # The address of another page of the same list, with {page} where its number goes.
    url_pattern: str
    actions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One event, in words."""

    at: datetime
    who: str
    role: str
    action: str
    people: str
    more: str


EMPTY_AUDIT_PAGE = AuditPage((), 0, 1, 1, "", ())


def audit_page(found: AuditFound, wanted: AuditWanted) -> AuditPage:
    """The list as it is shown, with the addresses of its other pages."""
    return AuditPage(
        lines=tuple(
            AuditLine(
                event.at,
                event.who,
                event.role,
                event.action_words,
                people_in_words(event.people),
                detail_in_words(event.detail),
            )
            for event in found.events
        ),
        total=found.total,
        page=wanted.page,
        pages=found.pages,
        url_pattern=url_pattern(wanted),
        actions=found.actions,
    )


def url_pattern(wanted: AuditWanted) -> str:
    """The address of a page of the same list, with {page} for its number."""
    fields = {
        "action": wanted.action,
        "user": wanted.user,
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
    }
    kept = urlencode({name: value for name, value in fields.items() if value})
    # A typed brace is encoded above, so the only one left is ours.
    return f"?{kept}&page={{page}}" if kept else "?page={page}"


def people_in_words(count: int) -> str:
    """How many people an event is about."""
    return "None" if count == 0 else "1 person" if count == 1 else f"{count:,} people"


def detail_in_words(detail: dict[str, object]) -> str:
    """The facts of an event: "member: a@b.uk; ward: Ash". The role has its own column."""
    facts = [
        f"{name.replace('_', ' ')}: {_fact(value)}"
        for name, value in sorted(detail.items())
        if name != "role" and value not in ("", None, [], {})
    ]
    return "; ".join(facts)


def _fact(value: object) -> str:
    match value:
        case True:
            return "yes"
        case False:
            return "no"
        case list():
            return ", ".join(map(str, value))
        case dict():
            return ", ".join(f"{name} {item}" for name, item in value.items())
    return str(value)
