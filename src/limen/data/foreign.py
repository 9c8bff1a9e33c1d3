"""Files that are no text, whatever their name says: told by their first bytes."""

from typing import BinaryIO

HEAD, TAIL = 4096, 1 << 16  # bytes looked at; a ZIP lists its members at its end
LFS = b"version https://git-lfs.github.com/spec/"
EXPORT = "export it as CSV (in Excel: Save as, CSV UTF-8)"

# first bytes, what they begin, what to do
KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a spreadsheet or document of old Office", EXPORT),
    (b"%PDF-", "a PDF document", "copy the text out of it"),
    (b"\x7fELF", "a program (ELF)", "name the text file"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", "name the text file"),
    (b"\xff\xd8\xff", "a JPEG picture", "name the text file"),
    (b"GIF87a", "a GIF picture", "name the text file"),
    (b"GIF89a", "a GIF picture", "name the text file"),
    (b"\x1f\x8b\x08", "a gzip archive", "unpack it first"),
    (b"\xfd7zXZ\0", "an xz archive", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it first"),
    (b"PAR1", "a Parquet table", "write it as CSV first"),
    (b"SQLite format 3\0", "an SQLite database", "write the table as CSV first"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", "write the table as CSV first"),
    (b"\x93NUMPY", "a NumPy array", "write it as CSV first"),
    (LFS, "a pointer that Git LFS left in the place of the file", "run `git lfs pull`"),
)
MEMBERS: tuple[tuple[bytes, str, str], ...] = (
    (b"xl/", "a spreadsheet", EXPORT),
    (b"opendocument.spreadsheet", "a spreadsheet", EXPORT),
    (b"word/", "a Word document", "save it as plain text"),
)


def foreign_kind(file: BinaryIO) -> tuple[str, str] | None:
    """(what the file is, what to do) when it is no text; None when it may be one. The file is left at its start."""
    head = file.read(HEAD)
    try:
        for magic, kind, do in KINDS:
            if head.startswith(magic):
                return kind, do
        if head.startswith(b"PK\x03\x04"):
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL))
            tail = file.read(TAIL)
            found = ((kind, do) for name, kind, do in MEMBERS if name in head or name in tail)
            return next(found, ("a ZIP archive", "unpack it first"))
        if head.startswith(b"MZ") and b"\0" in head:
            return "a Windows program", "name the text file"
    finally:
        file.seek(0)
    return None
