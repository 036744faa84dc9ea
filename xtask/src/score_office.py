"""Compares the words that readers of office documents find: score_office.py FOLDER OURS TIKA [GOLD].

FOLDER has the documents; OURS and TIKA have NAME.txt for each. For each kind: the share of Tika's
words that we find and of ours that Tika finds (as multisets, mean over files), their F1, and, where
a document is a zip archive of XML, the share of the words of its parts that each finds. GOLD, where
given, is JSON: for each file the strings that must be found.
"""

import collections
import json
import pathlib
import re
import sys
import zipfile

WORD = re.compile(r"\w+")
# Elements that hold words, by the parts that hold the words of a document.
PARTS = re.compile(
    r"(word/(document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml"
    r"|xl/(sharedStrings|comments\d*|drawings/drawing\d+)\.xml"
    r"|ppt/(slides/slide\d+|notesSlides/notesSlide\d+|comments/comment\d+)\.xml|content\.xml)$"
)
HELD = re.compile(rb"<(?:w:t|w:delText|a:t|t|x:t|p:text)(?: [^>]*)?>([^<]*)</")
TEXT = re.compile(rb">([^<]+)<")
# A paragraph's words run on over elements, whose letters differ only in their looks.
PARAGRAPH = re.compile(rb"</(?:w:p|a:p|si|x:si|text|text:p|text:h)>")
# The number of a slide, which a program puts in.
NUMBER = re.compile(rb'<a:fld [^>]*type="slidenum".*?</a:fld>', re.DOTALL)
ENTITIES = {b"&amp;": b"&", b"&lt;": b"<", b"&gt;": b">", b"&quot;": b'"', b"&apos;": b"'"}


def words(text):
    return collections.Counter(WORD.findall(text.lower()))


def read(folder, name):
    path = pathlib.Path(folder) / f"{name}.txt"
    return path.read_text("utf-8", "replace") if path.exists() else ""


def held(path):
    """The words of an XML document's own parts; None where it is no such document."""
    pieces = []
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if not PARTS.search(name):
                    continue
                part = archive.read(name)
                part = NUMBER.sub(b"", part)
                if name == "content.xml":
                    part = part[part.find(b"office:body") :]
                pattern = TEXT if name == "content.xml" else HELD
                for paragraph in PARAGRAPH.split(part):
                    piece = b"".join(pattern.findall(paragraph))
                    for entity, character in ENTITIES.items():
                        piece = piece.replace(entity, character)
                    pieces.append(piece.decode("utf-8", "replace"))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return None
    return set(WORD.findall("\n".join(pieces).lower())) if pieces else None


def share(found, wanted):
    total = sum(wanted.values())
    return sum((found & wanted).values()) / total if total else None


def mean(values):
    values = [value for value in values if value is not None]
    return sum(values) / len(values) if values else float("nan")


def main(folder, ours, tika, gold=None):
    rows = collections.defaultdict(lambda: collections.defaultdict(list))
    for path in sorted(pathlib.Path(folder).iterdir()):
        row = rows[path.suffix.lower().lstrip(".")]
        left, right = words(read(ours, path.name)), words(read(tika, path.name))
        row["files"].append(1)
        row["with words"].append(1 if left else 0)
        row["tika with words"].append(1 if right else 0)
        row["of tika's"].append(share(left, right))
        row["of ours"].append(share(right, left))
        inside = held(path)
        if inside and (left or right):
            row["inside, ours"].append(len(inside & left.keys()) / len(inside))
            row["inside, tika"].append(len(inside & right.keys()) / len(inside))
    print(f"{'kind':6} {'files':>5} {'ours':>5} {'Tika':>5} {'of Tika’s':>9} {'of ours':>8} {'F1':>6} {'inside: ours':>13} {'Tika':>6}")
    for kind, row in sorted(rows.items(), key=lambda item: -len(item[1]["files"])):
        recall, precision = mean(row["of tika's"]), mean(row["of ours"])
        f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
        print(
            f"{kind:6} {len(row['files']):5} {sum(row['with words']):5} {sum(row['tika with words']):5} {recall:9.3f} {precision:8.3f} {f1:6.3f}"
            f" {mean(row['inside, ours']):13.3f} {mean(row['inside, tika']):6.3f}"
        )
    if gold:
        wanted = json.loads(pathlib.Path(gold).read_text("utf-8"))
        for name, texts in (("ours", ours), ("tika", tika)):
            found = [
                " ".join(string.split()) in " ".join(read(texts, file).split())
                for file, strings in wanted.items()
                for string in strings
            ]
            print(f"gold strings, {name}: {sum(found)} of {len(found)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
