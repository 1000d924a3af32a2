"""The Jinja2 environment every page is rendered with."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader
from nhsuk_frontend_jinja import __name__ as nhsuk_package

from homeward.core import nhsuk_fields, nhsuk_table, template_filters
from homeward.core.site import SITE, sign_on_choices


def address(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page: url("hospital:person", person.pk)."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> Environment:
    """Jinja2 with the NHS.UK macros on its path and our filters and helpers."""
    # The official macros look into options that were not given.
    options["undefined"] = ChainableUndefined
    env = Environment(  # noqa: S701 - Django's backend passes autoescape=True
        **options, extensions=["jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True
    )
    assert env.loader is not None
    env.loader = ChoiceLoader([env.loader, PackageLoader(nhsuk_package)])
    env.globals.update(
        {"static": static, "url": address, "homeward": SITE, "sign_on_choices": sign_on_choices}
    )
    env.filters.update(template_filters.FILTERS)
    env.filters.update(nhsuk_fields.FILTERS)
    env.filters.update(nhsuk_table.FILTERS)
    return env
