#!/usr/bin/env python3
"""Writes the tables that come from `rigour` (see NOTICE) out of its unpacked source package.

    pip download --no-deps --no-binary :all: rigour==2.6.1 && tar xf rigour-2.6.1.tar.gz
    python3 convert.py rigour-2.6.1

Lines are `key<TAB>form<TAB>form…`, as written by their authors; the program folds them.
"""
import json
import pathlib
import sys
import unicodedata

# Scripts whose forms are kept in the table of person names; the others are rare in files or too ambiguous.
SCRIPTS = {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "ARMENIAN", "GEORGIAN", "DEVANAGARI", "BENGALI"}
# A name known in so many scripts, with so many spellings, is in wide use.
LEAST_SCRIPTS = LEAST_FORMS = 6
# Shorter names in Chinese characters stand for too many names.
LEAST_CHARACTERS = 3
LONGEST_FORM = 24


def script(form):
    for letter in form:
        if letter.isalpha():
            return unicodedata.name(letter, "?").split()[0]
    return "?"


def clean(form):
    return " ".join(form.split())


def write(name, rows):
    with open(pathlib.Path(__file__).parent / name, "w", encoding="utf-8") as out:
        for row in rows:
            out.write("\t".join(clean(cell) for cell in row) + "\n")


def org_forms(names):
    for item in json.loads((names / "org_types.json").read_text("utf-8")):
        aliases = item["aliases"]
        shown = item.get("display") or item.get("compare") or aliases[0]
        forms = sorted({clean(form) for form in [shown, item.get("compare") or shown, *aliases]})
        yield [shown, item.get("generic") or "", *forms]


def org_words(symbols):
    for group, label in (("org_symbols", "common"), ("org_domains", "trade")):
        for key, forms in sorted(symbols[group].items()):
            yield [key, label, *sorted(set(forms))]


def kept(form):
    written_in = script(form)
    if written_in == "CJK":
        return len(form) >= LEAST_CHARACTERS
    return written_in in SCRIPTS and len(form) <= LONGEST_FORM


def person_names(names):
    for line in (names / "person_names.txt").read_text("utf-8").splitlines():
        forms = [form.strip() for form in line.split(" => ")[0].split(",")]
        n_scripts = len({script(form) for form in forms})
        forms = sorted({form for form in forms if kept(form)})
        if n_scripts >= LEAST_SCRIPTS and len(forms) >= LEAST_FORMS:
            yield forms


def numbers(text):
    for item in json.loads((text / "ordinals.json").read_text("utf-8")):
        yield [str(item["number"]), *sorted(set(item["forms"]))]


def places(territories):
    for line in territories.read_text("utf-8").splitlines():
        item = json.loads(line)
        if item.get("is_country") or item.get("is_jurisdiction"):
            names = {item["name"], item["full_name"], *item.get("names_strong", [])}
            yield [item["code"], *sorted(name for name in names if name)]


def main():
    data = pathlib.Path(sys.argv[1]) / "rust" / "data"
    names = data / "names"
    symbols = json.loads((names / "symbols.json").read_text("utf-8"))
    stop = json.loads((data / "text" / "stopwords.json").read_text("utf-8"))
    write("org_forms.tsv", org_forms(names))
    write("org_words.tsv", org_words(symbols))
    write("person_names.tsv", sorted(person_names(names)))
    write("stop_words.tsv", [["stop", *stop["stopwords"]]])
    write("numbers.tsv", numbers(data / "text"))
    write("places.tsv", places(data / "territories" / "data.jsonl"))


if __name__ == "__main__":
    main()
