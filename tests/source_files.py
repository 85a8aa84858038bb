"""Files for the readers' tests, made here: right ones with known text, and ones that mean harm."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BILLION_LAUGHS = (
    "<!DOCTYPE bomb ["
    + '<!ENTITY a0 "lollollollol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
LOCAL_FILE = '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
Line = tuple[float, float, str]  # x and y from the page's lower left corner, in points, and the text


def pdf(pages: Sequence[Sequence[Line]], *, size: float = 11, info: str = "", trailer: str = "") -> bytes:
    """A PDF of A4 pages whose lines stand where they are told to."""
    streams = [page_stream(lines, size) for lines in pages]
    return pdf_of_streams([(b"", stream) for stream in streams], info=info, trailer=trailer)


def page_stream(lines: Sequence[Line], size: float = 11) -> bytes:
    parts = [b"BT"]
    for x, y, text in lines:
        shown = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        parts.append(b"/F1 %g Tf 1 0 0 1 %g %g Tm (%s) Tj" % (size, x, y, shown))
    return b"\n".join([*parts, b"ET"])


def pdf_of_streams(
    streams: Sequence[tuple[bytes, bytes]], *, info: str = "", trailer: str = "", count: int | None = None
) -> bytes:
    """A PDF with a page for each content stream; of each, its filter's entry and its bytes as they lie."""
    first = 5
    kids = b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(streams)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(streams) if count is None else count, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<<%s>>" % info.encode("latin-1"),
    ]
    for n, (packing, data) in enumerate(streams):
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
        objects.append(page % (first + 2 * n + 1))
        objects.append(b"<<%s/Length %d>>stream\n%s\nendstream" % (packing, len(data), data))
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for n, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    root = f"<</Size {len(objects) + 1}/Root 1 0 R/Info 4 0 R{trailer}>>".encode("latin-1")
    return bytes(out) + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        root,
        len(out),
    )


def locked_pdf() -> bytes:
    """One that no password opens: what should prove a password is nothing but noise."""
    noise = "00112233445566778899AABBCCDDEEFF" * 2
    lock = f"/Encrypt<</Filter/Standard/V 1/R 2/O<{noise}>/U<{noise}>/P -4>>/ID[<{noise[:32]}><{noise[:32]}>]"
    return pdf([[(72, 700, "Nobody may read this.")]], trailer=lock)


def pdf_bomb(size: int, times: int = 1) -> bytes:
    """One whose page unpacks to ``size`` bytes of drawing commands, packed ``times`` times."""
    data = zeros(size, b"q Q ")
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return pdf_of_streams([(b"/Filter[%s]" % (b"/FlateDecode" * times), data)])


def zeros(size: int, filling: bytes = b"\0" * 16) -> bytes:
    """``size`` bytes of ``filling``, packed, and made without ever being held."""
    pack = zlib.compressobj(1)
    block = filling * (1_000_000 // len(filling))
    parts = [pack.compress(block) for _ in range(size // len(block))]
    return b"".join([*parts, pack.flush()])


def packed(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def epub(
    chapters: Sequence[str | bytes], *, before: str = "", facts: str = "", more: Mapping[str, str | bytes] | None = None
) -> bytes:
    """A book of these pages, in their order in the spine, which is not their order in the archive."""
    numbers = range(len(chapters))
    items = "".join(f'<item id="c{n}" href="text/c%20{n}.xhtml" media-type="application/xhtml+xml"/>' for n in numbers)
    spine = "".join(f'<itemref idref="c{n}"/>' for n in numbers)
    package = (
        f'{before}<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{facts}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    files = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package}
    pages = {f"OEBPS/text/c {n}.xhtml": chapters[n] for n in reversed(numbers)}
    return packed(files | pages | dict(more or {}))


def docx(body: str, *, before: str = "", core: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A DOCX file with this XML between the body's tags, written by hand: a library would not write harm."""
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    core_kind = "application/vnd.openxmlformats-package.core-properties+xml"
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="{core_kind}"/>'
        f'<Override PartName="/word/document.xml" ContentType="{word}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="r2" Type="{package}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{package}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{core}</cp:coreProperties>',
        "word/document.xml": f'{before}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
    }
    return packed(files | dict(more or {}))


def paragraphs(*texts: str) -> str:
    return "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in texts)


def lying_sizes(archive: bytes, member: str, size: int) -> bytes:
    """The archive with another size stated for a member, in both places where it is."""
    data = bytearray(archive)
    for magic, place, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = data.find(magic)
        while at >= 0:
            if data[at + name_at : at + name_at + len(member)] == member.encode():
                data[at + place : at + place + 4] = struct.pack("<I", size)
            at = data.find(magic, at + 4)
    return bytes(data)


def lines(*texts: str, x: float = 72, top: float = 770, step: float = 13) -> list[Line]:
    """Lines of a PDF page, one below the other."""
    return [(x, top - step * n, text) for n, text in enumerate(texts)]
