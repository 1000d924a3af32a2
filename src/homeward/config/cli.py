"""`homeward`: one command line for running, data, analysis and care of the system."""

import os
import sys
from collections.abc import Sequence

GROUPS: dict[str, dict[str, str]] = {
    "Run": {
        "demo": "make a synthetic health system and serve it",
        "serve": "serve the pages, the HL7 listener and the worker",
        "listen": "receive HL7 v2 over MLLP",
        "work": "run scheduled jobs",
    },
    "Data": {
        "ingest": "take HL7 messages from files and folders",
        "load-ods": "load organisations from published files",
        "load-wards": "load names of wards and their beds",
        "load-spells": "put people already in bed into the message log, from CSV",
        "census": "compare the live list with the hospital's own list",
        "spells": "print spells, one JSON object a line",
        "rebuild": "derive people, spells and bed stays afresh from the log",
        "downtime-pack": "write the lists as pages that need no server",
        "set-feed": "add a feed or change its settings",
        "feeds": "show each feed and when it was last heard",
    },
    "Care of the system": {
        "migrate": "bring the database up to this version",
        "add-member": "give someone a role in an organisation",
        "verify-audit": "check the audit chain and name the first broken link",
        "check": "check the settings",
    },
}
# These make or upgrade the database themselves, or do not need one.
NO_DATABASE_FIRST = frozenset({"migrate", "check"})
BAD_INPUT = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command. Exits 0 on success and 2, with one line, on bad input."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return
    if words[0] in ("--version", "version"):
        from importlib.metadata import version

        print(version("homeward"))
        return
    name = words[0]
    if not any(name in commands for commands in GROUPS.values()):
        print(f"homeward: there is no command {name!r}; see homeward --help", file=sys.stderr)
        sys.exit(BAD_INPUT)
    try:
        sys.exit(_run(name, words[1:]))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has had enough; what is buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def usage() -> str:
    """Every command, grouped, a line each."""
    lines = ["usage: homeward COMMAND [options]; homeward COMMAND --help for its options", ""]
    for group, commands in GROUPS.items():
        lines.append(group)
        lines += [f"  {name:<15} {text}" for name, text in commands.items()]
        lines.append("")
    return "\n".join(lines)


def _run(name: str, arguments: list[str]) -> int:
    if name == "demo":
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homeward.config.settings.demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homeward.config.settings.dev")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError, load_command_class

    from homeward.config import servers
    from homeward.core.errors import HomewardError
    from homeward.core.tables import make_ready

    processes = {"serve": servers.serve, "work": servers.work, "demo": servers.demo}
    try:
        django.setup()
        if name in processes:
            return processes[name](arguments)
        app = "django.core" if name in ("migrate", "check") else _room_of(name)
        command = load_command_class(app, name.replace("-", "_"))
        parser = command.create_parser("homeward", name)
        options = vars(parser.parse_intermixed_args(arguments))
        if name not in NO_DATABASE_FIRST:
            make_ready()
        command.execute(*options.pop("args", ()), **options)
    except (HomewardError, CommandError, ImproperlyConfigured) as error:
        print(f"homeward {name}: {error}", file=sys.stderr)
        return BAD_INPUT
    return int(getattr(command, "exit_status", 0))


def _room_of(name: str) -> str:
    from django.core.management import CommandError, get_commands

    app = get_commands().get(name.replace("-", "_"))
    if not isinstance(app, str):
        raise CommandError("this command is not installed")
    return app


if __name__ == "__main__":
    main()
