"""The NHS.UK table, written straight: the official macro takes over a millisecond a row.

Options and HTML are the official macro's, held to it by tests/unit/core/test_macros_table.py, but
for three things: 0 is shown, a cell may be a number, and `header: true` makes any cell the header
of its row. A head may name its sort link `sort_url` and its order `sorted`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

Cell = Any  # text, a number, markup or a mapping of options
ALIGNS = ("left", "centre", "right")


@dataclass(frozen=True, slots=True)
class Column:
    """What the head of a column lends to the cells under it."""

    format: str | None
    align: str | None
    # The column's name repeated in each cell, for phones; empty in an ordinary table.
    label: str
    # The opening tag of a plain cell, which is nearly every cell.
    plain: str


def table(params: Mapping[str, Any]) -> Markup:
    """The whole table. params: see core/macros/table.jinja."""
    responsive = bool(params.get("responsive"))
    heads = [_mapping(head) for head in params.get("head") or ()]
    sorts = [head for head in heads if _sort(head)]
    parts = [_open(params, sorts), _caption(params, bool(sorts))]
    if heads:
        role = ' role="rowgroup"' if responsive else ""
        parts += [f'<thead class="nhsuk-table__head"{role}>', _row_open(responsive)]
        parts += [_head_cell(head, responsive) for head in heads]
        parts.append("</tr></thead>")
    parts.append('<tbody class="nhsuk-table__body">')
    columns = [_column(head, responsive) for head in heads]
    _body(parts, params.get("rows") or (), columns, params)
    parts.append("</tbody></table>")
    return Markup("".join(parts))  # noqa: S704 - every text below goes through escape


def _body(
    parts: list[str],
    rows: Iterable[Sequence[Cell]],
    columns: Sequence[Column],
    params: Mapping[str, Any],
) -> None:
    responsive = bool(params.get("responsive"))
    first_is_header = bool(params.get("firstCellIsHeader"))
    row_open, known, beyond = _row_open(responsive), len(columns), _column({}, responsive)
    for row in rows:
        parts.append(row_open)
        for index, cell in enumerate(row):
            column = columns[index] if index < known else beyond
            if isinstance(cell, Mapping):
                header = (first_is_header and index == 0) or bool(cell.get("header"))
                parts.append(_rich_cell(cell, column, header, responsive))
            elif first_is_header and index == 0:
                parts.append(_rich_cell(_mapping(cell), column, True, responsive))
            elif responsive and hasattr(cell, "__html__"):
                parts += (column.plain, "<span>", cell.__html__(), "</span></td>")
            else:
                parts += (column.plain, "" if cell is None else escape(cell), "</td>")
        parts.append("</tr>")


def _rich_cell(cell: Mapping[str, Any], column: Column, header: bool, responsive: bool) -> str:
    tag, base = ("th", "nhsuk-table__header") if header else ("td", "nhsuk-table__cell")
    align = cell.get("align") or (
        "right" if cell.get("format") == "string" and column.format == "numeric" else column.align
    )
    classes = _classes(cell, base, cell.get("format") or column.format, align)
    scope = ' scope="row"' if header else ""
    role = f' role="{"rowheader" if header else "cell"}"' if responsive else ""
    opened = f'<{tag} class="{classes}"{scope}{role}{_spans(cell, responsive)}'
    if cell.get("sortValue"):
        opened += f' data-sort-value="{escape(cell["sortValue"])}"'
    shown = _linked(cell, cell.get("href"))
    if responsive and (cell.get("html") or hasattr(cell.get("text"), "__html__")):
        shown = f"<span>{shown}</span>"
    return f"{opened}{_attributes(cell)}>{column.label}{shown}</{tag}>"


def _head_cell(head: Mapping[str, Any], responsive: bool) -> str:
    classes = _classes(head, "nhsuk-table__header", head.get("format"), head.get("align"))
    role = ' role="columnheader"' if responsive else ""
    sort = _sort(head)
    order = " data-sort" if sort else ""
    if isinstance(sort, str) and sort != "none":
        order += f' aria-sort="{escape(sort)}"'
    opened = f'<th class="{classes}" scope="col"{role}{_spans(head, responsive)}{order}'
    shown = _linked(head, head.get("href") or head.get("sort_url"))
    return f"{opened}{_attributes(head)}>{shown}</th>"


def _column(head: Mapping[str, Any], responsive: bool) -> Column:
    label, role = "", ""
    if responsive:
        label = f'<span class="nhsuk-table__heading" aria-hidden="true">{_value(head)} </span>'
        role = ' role="cell"'
    classes = _classes({}, "nhsuk-table__cell", head.get("format"), head.get("align"))
    plain = f'<td class="{classes}"{role}>{label}'
    return Column(head.get("format"), head.get("align"), label, plain)


def _open(params: Mapping[str, Any], sorts: Sequence[Mapping[str, Any]]) -> str:
    get = params.get
    classes = ["nhsuk-table"]
    classes += ["nhsuk-table--reverse"] if get("variant") == "reverse" else []
    classes += ["nhsuk-table--compact"] if get("compact") else []
    classes += ["nhsuk-table--responsive"] if get("responsive") else []
    if get("border") is False:
        classes.append("nhsuk-table--no-border")
    elif get("lastRowBorder") is False:
        classes.append("nhsuk-table--no-last-row-border")
    classes += ["nhsuk-table--sortable"] if sorts else []
    classes += ["nhsuk-table--striped"] if get("striped") else []
    classes += [str(escape(get("classes")))] if get("classes") else []
    opened = f'<table class="{" ".join(classes)}"'
    opened += f' id="{escape(get("id"))}"' if get("id") else ""
    # Where heads are links the server sorts, and the script must not.
    if sorts and not any(head.get("href") or head.get("sort_url") for head in sorts):
        opened += ' data-module="nhsuk-table"'
    opened += ' role="table"' if get("responsive") else ""
    return f"{opened}{_attributes(params)}>"


def _caption(params: Mapping[str, Any], sortable: bool) -> str:
    given = params.get("caption")
    older = {"size": params.get("captionSize"), "classes": params.get("captionClasses")}
    caption = given if isinstance(given, Mapping) else {"text": given, **older}
    text = caption.get("html") or escape(caption.get("text") or "")
    if not text:
        return ""
    classes = "nhsuk-table__caption"
    if size := caption.get("size"):
        classes += f" nhsuk-table__caption--{escape(size)}"
    if more := caption.get("classes"):
        classes += f" {escape(more)}"
    hidden = " (Column headers are sortable)"
    told = f'<span class="nhsuk-u-visually-hidden">{hidden}</span>' if sortable else ""
    return f'<caption class="{classes}">{text}{told}</caption>'


def _mapping(cell: Cell) -> Mapping[str, Any]:
    return cell if isinstance(cell, Mapping) else {"text": cell}


def _sort(head: Mapping[str, Any]) -> Any:
    return head.get("sort") or head.get("sorted") or (head.get("sort_url") and "none")


def _row_open(responsive: bool) -> str:
    return (
        '<tr class="nhsuk-table__row" role="row">'
        if responsive
        else '<tr class="nhsuk-table__row">'
    )


def _classes(item: Mapping[str, Any], base: str, form: str | None, align: str | None) -> str:
    classes = base
    if form == "numeric":
        classes += f" {base}--numeric"
    if align in ALIGNS:
        classes += f" nhsuk-u-text-align-{align}"
    if width := item.get("width"):
        classes += f" nhsuk-u-width-{escape(width)}"
    if more := item.get("classes"):
        classes += f" {escape(more)}"
    return classes


def _spans(item: Mapping[str, Any], responsive: bool) -> str:
    spans = ""
    if item.get("colspan") and not responsive:
        spans += f' colspan="{escape(item["colspan"])}"'
    if item.get("rowspan"):
        spans += f' rowspan="{escape(item["rowspan"])}"'
    return spans


def _attributes(item: Mapping[str, Any]) -> str:
    pairs = (item.get("attributes") or {}).items()
    return "".join(f' {escape(name)}="{escape(value)}"' for name, value in pairs)


def _linked(item: Mapping[str, Any], href: str | None) -> str:
    value = _value(item)
    return f'<a class="nhsuk-link" href="{escape(href)}">{value}</a>' if href else value


def _value(item: Mapping[str, Any]) -> str:
    text = item.get("text")
    shown = item.get("html") or ("" if text is None else str(escape(text)))
    if hidden := item.get("visuallyHiddenText"):
        gap = " " if shown else ""
        shown += f'<span class="nhsuk-u-visually-hidden">{gap}{escape(hidden)}</span>'
    return str(shown)


FILTERS = {"nhsuk_table": table}
