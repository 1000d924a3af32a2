"""Our fast tag and summary list give the HTML of the official NHS.UK macros."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tests.unit.core.html_tokens import tokens
from tests.unit.core.test_macros_table import classes, optional, plain, render, words

OFFICIAL_TAG = """{% from "nhsuk/components/tag/macro.jinja" import tag %}{{ tag(params) }}"""
OUR_TAG = (
    """{% from "core/macros/tag.jinja" import tag %}{{ tag(text, colour=colour, classes=more) }}"""
)
OFFICIAL_LIST = (
    '{% from "nhsuk/components/summary-list/macro.jinja" import summaryList %}'
    "{{ summaryList(params) }}"
)
OUR_LIST = (
    """{% from "core/macros/summary_list.jinja" import summary_list %}{{ summary_list(params) }}"""
)
COLOURS = ["white", "grey", "green", "aqua-green", "blue", "purple", "pink", "red", "orange"]

actions = st.fixed_dictionaries(
    {"text": words, "href": words}, optional={"visuallyHiddenText": words, "classes": classes}
)
parts = st.one_of(
    plain,
    st.builds(
        lambda a, b: {**a, **b},
        st.one_of(
            st.fixed_dictionaries({"text": words}),
            st.fixed_dictionaries(
                {"html": words.map(lambda t: str(Markup("<i>{}</i>").format(t)))}
            ),
        ),
        optional(classes=classes, width=st.just("one-half")),
    ),
)
rows = st.fixed_dictionaries(
    {"key": parts, "value": parts},
    optional={
        "classes": classes,
        "actions": st.fixed_dictionaries(
            {"items": st.lists(actions, max_size=3)}, optional={"classes": classes}
        ),
    },
)
lists = st.fixed_dictionaries(
    {"rows": st.lists(rows, max_size=4)},
    optional={
        "classes": classes,
        "id": st.just("facts"),
        "border": st.booleans(),
        "lastRowBorder": st.booleans(),
    },
)


@pytest.mark.parametrize("more", ["", "hw-flag"])
@pytest.mark.parametrize("colour", [None, *COLOURS])
def test_any_tag_equals_the_official_one(colour, more):
    text = "Ready & <waiting>"
    official = render(OFFICIAL_TAG, params={"text": text, "colour": colour, "classes": more})
    assert tokens(render(OUR_TAG, text=text, colour=colour, more=more)) == tokens(official)


@given(lists)
def test_any_summary_list_equals_the_official_one(params):
    assert tokens(render(OUR_LIST, params=params)) == tokens(render(OFFICIAL_LIST, params=params))
