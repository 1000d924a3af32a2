# Everyday commands. Run them as `uv run just NAME`: uv makes the environment, just runs in it.

# Show this list
default:
    @just --list --unsorted

# Set up and serve the synthetic system (options: --port, --host, --reset, --live, --size)
demo *OPTIONS:
    homeward demo {{ OPTIONS }}

# Style, types, import contracts, templates, migrations and docs
check:
    ruff check .
    ruff format --check .
    djlint --check --quiet src
    djlint --lint --quiet src
    mypy
    lint-imports
    DATABASE_URL= DJANGO_SETTINGS_MODULE=homeward.config.settings.test python manage.py makemigrations --check --dry-run
    python -m pytest -q tests/system/test_repository.py tests/system/test_documentation.py tests/unit/test_safety_case.py

# Mend what a program can: imports, formatting
format:
    ruff check --fix .
    ruff format .

# All tests on SQLite and PostgreSQL, then the browser (or: just test unit|integration|journeys [pytest options])
test *OPTIONS:
    python -m tests.support.run_tests {{ OPTIONS }}

# The browser journeys
journeys *OPTIONS:
    python -m tests.support.run_tests journeys {{ OPTIONS }}

# Take the pictures of the README and the docs
screenshots:
    python -m tests.support.run_tests journeys --screenshots=docs/screenshots

# Bytes nobody meant to send, for so many seconds, then many more examples for every property
fuzz SECONDS="60" *OPTIONS:
    python -m tests.fuzz.fuzz_hl7 --seconds {{ SECONDS }}
    python -m tests.support.run_tests fuzz {{ OPTIONS }}

# Processes killed under load, on both databases, with every commit on the disk
kill *OPTIONS:
    python -m tests.support.run_tests kill {{ OPTIONS }}

# Long runs under load
soak *OPTIONS:
    python -m tests.support.run_tests soak {{ OPTIONS }}

# A benchmark against its peer: just bench ingest
bench NAME *OPTIONS:
    python -m benchmarks.{{ NAME }} {{ OPTIONS }}

# Write the versions of this environment into pyproject.toml
pin:
    python -m tools.pin
