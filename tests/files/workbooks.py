"""Workbooks built by code, good and bad, without a spreadsheet library: raw XML, zip and BIFF."""

import io
import struct
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="22"/></cellXfs></styleSheet>'
)
DATE_STYLE, MOMENT_STYLE = 1, 2


def cell(ref, value="", *, type="", style=0, formula=None):  # noqa: A002  the word of the format
    """One cell of sheet XML; a value of None leaves the <v> out."""
    kind = f' t="{type}"' if type else ""
    shape = f' s="{style}"' if style else ""
    made = "" if formula is None else f"<f>{formula}</f>"
    if type == "inlineStr":
        return f'<c r="{ref}"{kind}{shape}><is><t>{value}</t></is></c>'
    kept = "" if value is None else f"<v>{value}</v>"
    return f'<c r="{ref}"{kind}{shape}>{made}{kept}</c>'


def text(ref, value):
    return cell(ref, value, type="inlineStr")


def row(number, *cells):
    return f'<row r="{number}">{"".join(cells)}</row>'


def texts(number, *values):
    """A row of texts from column A on; None leaves a cell out."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    made = [
        text(f"{letter}{number}", value)
        for letter, value in zip(letters, values, strict=False)
        if value is not None
    ]
    return row(number, *made)


def parts_of(sheets, *, settings="", hidden=(), calculation=""):
    """The parts of an xlsx whose sheets map a name to the XML of its rows."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"'
        + (' state="hidden"' if name in hidden else "")
        + "/>"
        for at, name in enumerate(names, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{REL}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(names) + 1)
    )
    links += f'<Relationship Id="rId99" Type="{REL}/styles" Target="styles.xml"/>'
    parts = {
        "[Content_Types].xml": HEAD + f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": HEAD + f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": HEAD + f'<workbook xmlns="{MAIN}" xmlns:r="{REL}">{settings}'
        f"<sheets>{listed}</sheets>{calculation}</workbook>",
        "xl/_rels/workbook.xml.rels": HEAD
        + f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": HEAD + STYLES,
    }
    for at, name in enumerate(names, 1):
        parts[f"xl/worksheets/sheet{at}.xml"] = sheet_xml(sheets[name])
    return parts


def sheet_xml(rows):
    return HEAD + f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def zipped(parts, *, stored=()):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, body, how)
    return target.getvalue()


def xlsx(rows, **more):
    """An xlsx with one sheet from the XML of its rows, or with several from a dict of them."""
    sheets = rows if isinstance(rows, dict) else {"S": rows}
    return zipped(parts_of(sheets, **more))


def biff(records, *, sheet="S"):
    """An .xls with one sheet of BIFF8 records (kind, body)."""

    def record(kind, body):
        return struct.pack("<HH", kind, len(body)) + body

    name = sheet.encode("utf-16-le")
    bof = record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0))
    sheet_bof = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    code_page = record(0x42, struct.pack("<H", 1200))
    entry_length = 4 + 8 + len(name)
    globals_length = len(bof) + len(code_page) + entry_length + 4
    bound = record(0x85, struct.pack("<IHBB", globals_length, 0, len(sheet), 1) + name)
    stream = bof + code_page + bound + record(0x0A, b"") + sheet_bof
    stream += b"".join(record(kind, body) for kind, body in records) + record(0x0A, b"")
    return compound({"Workbook": stream.ljust(4096, b"\0")})


def label(row_number, column, value):
    raw = value.encode("utf-16-le")
    body = struct.pack("<HHHHB", row_number, column, 0, len(value), 1)
    return 0x204, body + raw


def number(row_number, column, value):
    return 0x203, struct.pack("<HHHd", row_number, column, 0, value)


def error(row_number, column, code=0x07):
    return 0x205, struct.pack("<HHHBB", row_number, column, 0, code, 1)


def compound(streams):
    """An OLE container with the given streams, each at least 4,096 bytes long."""
    sector, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    fat, body, entries = [0xFFFFFFFD], b"", []

    def put(content):
        nonlocal body
        start, count = len(fat), -(-len(content) // sector)
        fat.extend([*range(start + 1, start + count), end])
        body += content.ljust(count * sector, b"\0")
        return start

    def entry(name, kind, start, size, child=free):
        raw = name.encode("utf-16-le") + b"\0\0"
        made = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
        made += struct.pack("<III", free, free, child) + bytes(36)
        return made + struct.pack("<IQ", start, size)

    for name, content in streams.items():
        entries.append(entry(name, 2, put(content), len(content)))
    directory = entry("Root Entry", 5, end, 0, child=1) + b"".join(entries)
    directory_start = put(directory.ljust(-(-len(directory) // sector) * sector, b"\0"))
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(sector, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, directory_start, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    return head + table + body
