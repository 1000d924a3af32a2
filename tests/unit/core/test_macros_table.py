"""Our fast table gives the HTML of the official NHS.UK macro."""

from functools import cache

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tests.unit.core.html_tokens import tokens

OFFICIAL = """{% from "nhsuk/components/tables/macro.jinja" import table %}{{ table(params) }}"""
RESPONSIVE = (
    '{% from "core/macros/table.jinja" import responsive_table %}{{ responsive_table(params) }}'
)
OURS = """{% from "core/macros/table.jinja" import table %}{{ table(params) }}"""

words = st.text("abc <>&'\"é", min_size=1, max_size=12).filter(lambda text: text.strip() != "")
classes = st.sampled_from(["hw-nowrap", "a b"])


def optional(**fields):
    return st.fixed_dictionaries({}, optional=fields)


looks = {
    "classes": classes,
    "format": st.sampled_from(["numeric", "string"]),
    "align": st.sampled_from(["left", "centre", "right"]),
    "width": st.sampled_from(["one-half", "full"]),
    "visuallyHiddenText": words,
    "colspan": st.integers(2, 3),
    "rowspan": st.integers(2, 3),
    "attributes": st.dictionaries(st.sampled_from(["id", "data-x"]), words, max_size=2),
}


def with_looks(content):
    return st.builds(lambda a, b: {**a, **b}, content, optional(**looks))


plain = st.one_of(words, words.map(lambda text: Markup("<b>{}</b>").format(text)))
texts = st.fixed_dictionaries({"text": words}, optional={"href": words})
htmls = st.fixed_dictionaries({"html": words.map(lambda t: str(Markup("<i>{}</i>").format(t)))})
cells = st.one_of(plain, with_looks(st.one_of(texts, htmls)))
sorts = optional(sort=st.sampled_from(["ascending", "descending", "none", True]))
heads = st.one_of(plain, st.builds(lambda a, b: {**a, **b}, with_looks(texts), sorts))
tables = st.fixed_dictionaries(
    {"rows": st.lists(st.lists(cells, max_size=4), max_size=3)},
    optional={
        "caption": st.one_of(words, optional(text=words, size=st.sampled_from("sml"))),
        "captionSize": st.sampled_from(["s", "m", "l"]),
        "head": st.lists(heads, max_size=4),
        "responsive": st.booleans(),
        "firstCellIsHeader": st.booleans(),
        "compact": st.booleans(),
        "striped": st.booleans(),
        "border": st.booleans(),
        "lastRowBorder": st.booleans(),
        "variant": st.just("reverse"),
        "classes": classes,
        "id": st.just("people"),
        "attributes": st.dictionaries(st.just("data-x"), words, max_size=1),
    },
)


@cache
def compiled(source):
    return engines["jinja2"].from_string(source)


def render(source, **context):
    return compiled(source).render(context)


@given(tables)
def test_any_table_equals_the_official_one(params):
    assert tokens(render(OURS, params=params)) == tokens(render(OFFICIAL, params=params))


def test_a_sort_link_is_the_official_sorted_head():
    ours = {
        "head": [{"text": "Name", "sort_url": "?s=n", "sorted": "descending"}],
        "rows": [["a"]],
    }
    theirs = {
        "head": [{"text": "Name", "href": "?s=n", "sort": "descending"}],
        "rows": [["a"]],
    }
    assert tokens(render(OURS, params=ours)) == tokens(render(OFFICIAL, params=theirs))


@pytest.mark.parametrize("cell", [0, {"text": 0}])
def test_nought_is_shown(cell):
    # The official macro shows nothing, but missing is never zero, nor zero missing.
    assert ("text", "0") in tokens(render(OURS, params={"rows": [[cell]]}))


def test_any_cell_can_be_the_header_of_its_row():
    html = render(OURS, params={"rows": [["bed 1", {"text": "Jo", "header": True}]]})
    assert ("open", "th", "class=nhsuk-table__header", "scope=row") in tokens(html)


def test_the_responsive_table_is_the_table_with_that_option():
    params = {"head": ["Bed"], "rows": [["1"]]}
    official = render(OFFICIAL, params={**params, "responsive": True})
    assert tokens(render(RESPONSIVE, params=params)) == tokens(official)
