"""Copy NHS.UK frontend's built files into the package, made safe to serve ourselves.

For maintainers, after a new release of nhsuk-frontend:

    npm pack nhsuk-frontend@10.6.1
    uv run python tools/vendor_frontend.py nhsuk-frontend-10.6.1.tgz

The result is committed, so people who install Homeward need neither Node nor the network.
"""

import re
import sys
import tarfile
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/homeward/core/static/core/nhsuk"
PACKED = "package/dist/nhsuk/"
SCRIPT = "nhsuk-frontend.min.js"
STYLE = "nhsuk-frontend.min.css"
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
SOURCE_MAP = re.compile(r"\n?(/\*|//)# sourceMappingURL=\S+( \*/)?\s*$")
EXPECTED_FONT_FACES = 2


def own_style(css: str) -> str:
    """The stylesheet without fonts from another host, its pictures beside it.

    Frutiger is licensed to NHS bodies: they switch it on with HOMEWARD_NHS_BRANDING.
    Raises ValueError when the release no longer looks as we expect, or still names a host.
    """
    css, fonts = FONT_FACE.subn("", css)
    if fonts != EXPECTED_FONT_FACES:
        raise ValueError(f"expected {EXPECTED_FONT_FACES} font faces, found {fonts}")
    css = SOURCE_MAP.sub("", css).replace("url(/assets/", "url(")
    if re.search(r"url\((https?:|/)", css):
        raise ValueError("the stylesheet still points at another place")
    return css + "\n"


def font_faces(css: str) -> str:
    """The two font faces alone, for deployers who may use Frutiger."""
    return "\n".join(FONT_FACE.findall(css)) + "\n"


def vendor(archive: Path) -> list[str]:
    """Write the files and return their names."""
    written: dict[str, bytes] = {}
    with tarfile.open(archive) as packed:

        def read(name: str) -> bytes:
            file = packed.extractfile(PACKED + name)
            if file is None:
                raise ValueError(f"{archive} has no {name}")
            return file.read()

        css = read(STYLE).decode()
        written[STYLE] = own_style(css).encode()
        written["nhs-fonts.css"] = font_faces(css).encode()
        written[SCRIPT] = SOURCE_MAP.sub("\n", read(SCRIPT).decode()).encode()
        for picture in sorted(set(re.findall(r"url\(/assets/([^)]+)\)", css))):
            written[picture] = read("assets/" + picture)
    for name, content in written.items():
        file = TARGET / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return sorted(written)


if __name__ == "__main__":
    print(*vendor(Path(sys.argv[1])), sep="\n")
