"""What is written to the console: plain lines, never the values of variables.

A traceback that shows local variables would put names of patients into log files.
"""

from typing import Any

import structlog


def configure() -> None:
    """Set structlog up. Safe to call twice."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        cache_logger_on_first_use=True,
    )


def django_logging() -> dict[str, Any]:
    """Django's own loggers: to the console, one line each, tracebacks without values."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {"django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
    }
