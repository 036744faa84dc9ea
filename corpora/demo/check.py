#!/usr/bin/env python3
"""Hold the answer key against the demo leak.

Usage: check.py          print the counts; exit 1 at any disagreement
       check.py --write  put the counts into key.json and the tables into KEY.md

The leak is read here with Python's standard library alone, so that the key
owes nothing to the program that it scores. Quotes are compared with runs of
white space taken as one space and without the `>` of quoted lines, since mail
wraps its lines.
"""
import base64
import csv
import email
import email.policy
import hashlib
import html.parser
import io
import json
import mailbox
import os
import re
import sys
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
LEAK = HERE / "leak"
FROM_LINE = re.compile(rb"^From \S+ (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$")
QUOTE_MARKS = re.compile(r"(?m)^(?:> ?)+")
PASSWORD = b"lantern-or-anchor"
WRONG = []


def expect(holds, what):
    if not holds:
        WRONG.append(what)


def squeeze(text):
    return " ".join(text.split())


# ---- reading


def split_mbox(data):
    """Messages of an mbox: a separator follows a blank line and ends in a date."""
    messages, blank = [], True
    for line in data.split(b"\n"):
        if blank and FROM_LINE.match(line):
            messages.append([])
        elif messages:
            messages[-1].append(line[1:] if line.startswith(b">From ") else line)
        blank = line == b""
    return [b"\n".join(lines).rstrip(b"\n") + b"\n" for lines in messages]


def emlx(data):
    length, rest = data.split(b"\n", 1)
    return rest[: int(length)]


def walk():
    return sorted(
        (Path(folder) / name).relative_to(LEAK).as_posix()
        for folder, _, names in os.walk(LEAK)
        for name in names
    )


def parse(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def stores(files):
    """(store, locator, message) of every message, attached ones too."""
    found = []
    for path in files:
        data = (LEAK / path).read_bytes()
        if path.endswith(".mbox"):
            found += [("brandreth", f"{path}#{i}", parse(m)) for i, m in enumerate(split_mbox(data), 1)]
        elif path.startswith("mail/ferrow/"):
            found.append(("ferrow", path, parse(data)))
        elif path.endswith(".emlx"):
            found.append(("lorne", path, parse(emlx(data))))
        elif path.endswith(".eml"):
            found.append(("loose", path, parse(data)))
    old = nested_members()["mail/old.mbox"]
    found += [("nested", f"files/handover.zip!old-mail.tar.gz!mail/old.mbox#{i}", parse(m)) for i, m in enumerate(split_mbox(old), 1)]
    for store, where, message in list(found):
        for part in message.walk():
            if part.get_content_type() == "message/rfc822":
                found.append(("attached", where + "!rfc822", part.get_content()))
    return found


def file_copies(files, where):
    """Files whose bytes, or whose message, another file holds too; of each group the one with the least path is no copy."""
    groups = {}
    for path in files:
        groups.setdefault(hashlib.sha256((LEAK / path).read_bytes()).hexdigest(), []).append(path)
    held = list(groups.values()) + [[p for p in places if p in files] for places in where.values()]
    return sorted({path for group in held for path in sorted(group)[1:]})


def nested_members():
    with zipfile.ZipFile(LEAK / "files/handover.zip") as outer:
        inner = outer.read("old-mail.tar.gz")
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        return {m.name: archive.extractfile(m).read() for m in archive if m.isfile()}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.out, self.skip = [], 0

    def handle_starttag(self, tag, attrs):
        self.skip += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.skip -= tag in ("script", "style")
        self.out.append(" ")

    def handle_data(self, data):
        if not self.skip:
            self.out.append(data)


def page_text(source):
    page = Page()
    page.feed(source)
    return "".join(page.out)


def body(message):
    """The plain text of a message, else its HTML as text."""
    part = message.get_body(("plain", "html")) if message.get_content_type() != "multipart/encrypted" else None
    if part is None:
        return ""
    text = part.get_content()
    return page_text(text) if part.get_content_subtype() == "html" else text


def attachments(message):
    out = []
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            out.append(("message/rfc822", part.get_filename(), b""))
        elif part.get_filename() and not part.is_multipart():
            out.append((part.get_content_type(), part.get_filename(), part.get_payload(decode=True) or b""))
    return out


# ---- counting


def content_key(message):
    return (
        str(message["From"].addresses[0].addr_spec if message["From"] else ""),
        str(message["Date"]),
        str(message["Subject"]),
        squeeze(body(message)),
        tuple(hashlib.sha256(a[2]).hexdigest() for a in attachments(message) if a[0] != "message/rfc822"),
    )


def ids(value):
    return re.findall(r"<[^<>\s]+>", str(value or ""))


def threads(by_id):
    """Components over References, In-Reply-To and Thread-Index; absent ids join too."""
    parent = {}

    def root(x):
        parent.setdefault(x, x)
        while parent[x] != x:
            x = parent[x]
        return x

    referenced, absent_blocks = set(), []
    indexes = {}
    for mid, message in by_id.items():
        root(mid)
        for other in ids(message["References"]) + ids(message["In-Reply-To"]):
            parent[root(other)] = root(mid)
            referenced.add(other)
        if message["Thread-Index"]:
            indexes[base64.b64decode(str(message["Thread-Index"]))] = mid
    for index, mid in sorted(indexes.items()):
        for end in range(22, len(index), 5):
            if index[:end] in indexes:
                parent[root(indexes[index[:end]])] = root(mid)
            else:
                absent_blocks.append(f"{mid} level {(end - 22) // 5}")
    groups = {}
    for x in list(parent):
        groups.setdefault(root(x), []).append(x)
    present = [sorted((m for m in g if m in by_id), key=lambda m: (by_id[m]["Date"].datetime, m)) for g in groups.values()]
    return [g for g in present if g], sorted(referenced - set(by_id)), absent_blocks


def inventory(key):
    files = walk()
    found = stores(files)
    per_store = Counter(store for store, _, _ in found)
    by_id, where = {}, {}
    for store, locator, message in found:
        mid = ids(message["Message-ID"])[0]
        by_id.setdefault(mid, message)
        where.setdefault(mid, []).append(locator)
    names = {m["message_id"]: m["id"] for m in key["messages"]}
    expect(set(names) == set(by_id), "messages listed in the key and found differ: %s" % sorted(set(names) ^ set(by_id)))
    groups, absent, blocks = threads(by_id)
    attached = [(locator, a) for _, locator, m in found for a in attachments(m)]
    real = [a for _, a in attached if a[0] not in ("message/rfc822", "application/pgp-encrypted")]
    by_hash = {}
    for _, locator, m in found:
        for a in attachments(m):
            if a[0] == "text/csv" or a[0] == "text/plain":
                by_hash.setdefault((a[1], hashlib.sha256(a[2]).hexdigest()), set()).add(names[ids(m["Message-ID"])[0]])
    with zipfile.ZipFile(LEAK / "files/board-minutes.zip") as locked:
        locked_names = locked.namelist()
        expect(all(i.flag_bits & 1 for i in locked.infolist()), "board-minutes.zip is not encrypted")
        for name in locked_names:
            expect(len(locked.read(name, pwd=PASSWORD)) > 100, "the password does not open " + name)
    ledger = key["ledger"]
    expect(sorted(p["path"] for p in ledger["copies"]) == file_copies(files, where), "the ledger's copies are not those found: %s" % file_copies(files, where))
    not_plain = len(ledger["partly"]) + len(ledger["unread"]) + len(ledger["copies"])
    counts = {
        "files": {
            "found": len(files),
            "read": len(files) - not_plain,
            "partly": len(ledger["partly"]),
            "unread": len(ledger["unread"]),
            "copies": len(ledger["copies"]),
            "excluded": 0,
            "by_folder": dict(sorted(Counter("/".join(f.split("/")[:2]) if "/" in f else "." for f in files if not f.startswith("articles")).items())),
            "articles": sum(f.startswith("articles/") for f in files),
        },
        "members": {
            "files/handover.zip": ["inventory.txt", "old-mail.tar.gz"],
            "files/handover.zip!old-mail.tar.gz": sorted(nested_members()),
            "files/board-minutes.zip": locked_names,
            "files/damaged/truncated.zip": ["transfer-log.txt", "transfer-log-2.txt (cut)"],
        },
        "messages": {
            "all": len(found),
            "distinct": len({content_key(m) for _, _, m in found}),
            "distinct_message_ids": len(by_id),
            "brandreth.mbox": per_store["brandreth"],
            "ferrow Maildir": per_store["ferrow"],
            "lorne emlx": per_store["lorne"],
            "in the three mailboxes": per_store["brandreth"] + per_store["ferrow"] + per_store["lorne"],
            "distinct in the three mailboxes": len({ids(m["Message-ID"])[0] for s, _, m in found if s in ("brandreth", "ferrow", "lorne")}),
            "nested old.mbox": per_store["nested"],
            "attached message/rfc822": per_store["attached"],
            "loose eml": per_store["loose"],
            "brandreth.mbox as Python's mailbox splits it (one too many)": len(mailbox.mbox(LEAK / "mail/brandreth.mbox")),
        },
        "copies": {names[mid]: places for mid, places in where.items() if len(places) > 1},
        "attachments": {
            "all": len(attached),
            "message/rfc822": sum(a[0] == "message/rfc822" for _, a in attached),
            "with a name and bytes": len(real),
            "on two messages": {k[0]: sorted(v) for k, v in by_hash.items() if len(v) > 1},
        },
        "threads": {
            "all": len(groups),
            "of two or more": sum(len(g) > 1 for g in groups),
            "list": sorted([[names[m] for m in g] for g in groups if len(g) > 1], key=lambda g: (-len(g), g)),
            "absent_message_ids": absent,
            "absent_by_thread_index": [f"{names[b.split()[0]]} {' '.join(b.split()[1:])}" for b in blocks],
        },
    }
    counts["copies"] = dict(sorted(counts["copies"].items()))
    check_mail_details(found, names)
    return counts, by_id, names


def check_mail_details(found, names):
    raw = (LEAK / "mail/brandreth.mbox").read_bytes()
    expect(raw.count(b"\nFrom the outside it will look") == 1, "the unescaped body line beginning with From is gone")
    expect(raw.count(b"\n>From ") == 2, "the two escaped body lines are not two")
    own = {"brandreth": "s.brandreth@padr.example", "ferrow": "d.ferrow@padr.example", "lorne": "b.lorne@"}
    for store, locator, message in found:
        if store in own and message["Bcc"]:
            expect(own[store] in str(message["From"]), "Bcc in a copy that is not the sender's: " + locator)


# ---- the key against the texts


def document_texts(key, by_id, names):
    texts = {}
    for mid, message in by_id.items():
        texts[names[mid]] = squeeze(QUOTE_MARKS.sub("", body(message)))
    for doc, entry in key["documents"].items():
        path = entry["files"][0]
        if "!" in path:
            with zipfile.ZipFile(LEAK / path.split("!")[0]) as archive:
                text = archive.read(path.split("!")[1], pwd=PASSWORD).decode()
        else:
            text = (LEAK / path).read_text(encoding="utf-8")
        texts[doc] = squeeze(page_text(text) if path.endswith(".html") else text)
    return texts


def check_statements(key, texts, entities):
    for s in key["statements"]:
        text = texts[s["doc"]]
        for quote in s["content"] + [s["speaker"], s["cue"]]:
            expect(squeeze(quote) in text, f"{s['id']} ({s['doc']}): not in the text: {quote!r}")
        for who in [s["speaker_entity"]] + [v[1] for v in s["via"]]:
            expect(who is None or who in entities, f"{s['id']}: unknown entity {who}")
        for name, _ in s["via"]:
            expect(squeeze(name) in text, f"{s['id']}: via not in the text: {name!r}")


def check_links(key, texts, entities):
    statements = {s["id"]: s for s in key["statements"]}
    for k in key["links"]:
        expect(squeeze(k["evidence"]) in texts[k["doc"]], f"{k['id']} ({k['doc']}): not in the text: {k['evidence']!r}")
        expect(k["from"] in entities and k["to"] in entities, f"{k['id']}: unknown entity")
        expect(k["statement"] is None or statements[k["statement"]]["doc"] == k["doc"], f"{k['id']}: its statement is of another document")
    for row in key["table_links"]:
        lines = list(csv.reader((LEAK / row["file"]).open(encoding="utf-8")))
        expect(row["line"] <= len(lines), f"{row['file']}: no line {row['line']}")
        expect(row["from"] in entities and row["to"] in entities, f"{row['file']} line {row['line']}: unknown entity")


def check_rest(key, texts, entities, counts):
    statements = {s["id"] for s in key["statements"]}
    for c in key["claims"]:
        used = c["statements"] + c["contradicted_by"] + [s for g in c["groups"] for s in g["statements"]]
        expect(set(used) <= statements, f"{c['id']}: unknown statement")
        expect(c["independent_sources"][0] <= c["independent_sources"][1], f"{c['id']}: range")
    for a, b, _ in key["never_merge"]:
        expect(a in entities and b in entities and a != b, f"never_merge: {a}, {b}")
    for q in key["questions"]:
        expect(q["x"] in entities and q["y"] in entities, f"{q['id']}: unknown entity")
    gaps = [m["message_id"] for m in key["missing"] if m["message_id"]]
    expect(sorted(gaps) == counts["threads"]["absent_message_ids"], "absent message ids differ from the list of missing messages")
    for m in key["missing"]:
        for doc in m["quoted_in"]:
            expect(m["recovered_text"] and squeeze(m["recovered_text"]) in texts[doc], f"{m['id']}: its text is not quoted in {doc}")
    for b in key["name_breaks"]:
        expect(b["doc"] in texts and b["name"] in texts[b["doc"]], f"name break: {b}")
    paths = {p["path"] for kind in ("partly", "unread", "copies", "read_with_remark") for p in key["ledger"][kind]}
    expect(all((LEAK / p).exists() for p in paths), "the ledger names a file that is not there")
    first, second = (LEAK / "files/payments.csv").read_bytes(), (LEAK / "files/backup/payments (copy).csv").read_bytes()
    expect(first == second, "the copy of payments.csv is none")
    check_money(key)
    check_coordination(key)


def check_money(key):
    rows = list(csv.DictReader((LEAK / "files/payments.csv").open(encoding="utf-8")))
    for row, link in zip(rows, (r for r in key["table_links"] if r["type"] == "Payment")):
        expect(float(row["amount"]) == link["amount"]["min"], "payments.csv: amount of line %d" % link["line"])
    for total in key["money"]["totals"]:
        links = [r for r in key["table_links"] if r["type"] == "Payment" and (r["from"], r["to"]) == (total["from"], total["to"])]
        expect(len(links) == total["n"] and sum(r["amount"]["min"] for r in links) == total["total"], f"total {total}")
    share = {(r["from"], r["to"]): r["share"] / 100 for r in key["table_links"] if r["type"] == "Ownership"}
    for e in key["money"]["effective_share"]:
        way = [e["owner"]] + e["way"] + [e["company"]]
        product = 100.0
        for pair in zip(way, way[1:]):
            product *= share[pair]
        expect(abs(product - e["percent"]) < 1e-9, f"effective share {e}")
    for cycle in key["money"]["cycles"]:
        expect(all(pair in share for pair in zip(cycle, cycle[1:] + cycle[:1])), f"no cycle {cycle}")


def check_coordination(key):
    rows = list(csv.DictReader((LEAK / "files/quorl_reports.csv").open(encoding="utf-8")))
    truth = key["coordination"]
    expect(len(rows) == truth["n_rows"], "quorl_reports.csv: number of rows")
    seconds = lambda t: int(t[8:10]) * 86400 + int(t[11:13]) * 3600 + int(t[14:16]) * 60 + int(t[17:19])
    for burst in truth["bursts"]:
        start = seconds(burst["start"])
        who = {r["account"] for r in rows if r["target"] == burst["target"] and 0 <= seconds(r["time"]) - start < 10}
        expect(len(who & set(truth["accounts"])) == burst["n_accounts"], f"burst {burst}")


# ---- the tables of KEY.md


def cell(value):
    if isinstance(value, (list, tuple)):
        value = "; ".join(cell(v) for v in value)
    elif isinstance(value, dict):
        value = ", ".join(f"{k} {v}" for k, v in value.items())
    return "" if value is None else str(value).replace("|", "/")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cell(c) for c in row) + " |" for row in rows])


def tables(key):
    inv = key["inventory"]
    unnamed = [e for e in key["entities"] if e["kind"] == "unnamed"]
    named = [e for e in key["entities"] if e["kind"] != "unnamed"]
    amount = lambda k: cell(k["amount"]) if k.get("amount") else ""
    yield "files", table(["count", "value"], [(k, v) for k, v in inv["files"].items()])
    ledger = [(kind, p["path"], p["reason"]) for kind in ("partly", "unread", "copies", "read_with_remark") for p in key["ledger"][kind]]
    yield "ledger", table(["ends as", "path", "reason"], ledger)
    yield "members", table(["container", "members"], inv["members"].items())
    yield "messages", table(["count", "value"], inv["messages"].items())
    yield "message list", table(["id", "Message-ID", "date", "from", "subject"], [(m["id"], f"`{m['message_id']}`", m["date"], m["from"], m["subject"]) for m in key["messages"]])
    yield "copies", table(["message", "lies in"], inv["copies"].items())
    yield "attachments", table(["count", "value"], inv["attachments"].items())
    yield "threads", table(["messages", "of the thread, by date"], [(len(t), " ".join(t)) for t in inv["threads"]["list"]])
    yield "missing messages", table(["id", "Message-ID", "known from", "referenced by", "quoted in", "earliest", "latest"], [(m["id"], f"`{m['message_id']}`" if m["message_id"] else "", m["known_from"], m["referenced_by"], m["quoted_in"], m["date"]["earliest"], m["date"]["latest"]) for m in key["missing"]])
    yield "names over a line end", table(["message", "name", "broken after"], [(b["doc"], b["name"], b["broken_after"]) for b in key["name_breaks"]])
    yield "documents", table(["id", "file"], [(d, v["files"]) for d, v in key["documents"].items()])
    yield "entities", table(["id", "kind", "names", "addresses", "note"], [(e["id"], e["kind"], e["names"], e["addresses"], e.get("note")) for e in named])
    yield "unnamed", table(["id", "as written", "document"], [(e["id"], e["name"], e["doc"]) for e in unnamed])
    yield "never merge", table(["one", "other", "why"], key["never_merge"])
    yield "statements", table(["id", "doc", "speaker", "entity", "via", "cue", "content", "stance", "certainty"], [(s["id"], s["doc"], s["speaker"], s["speaker_entity"], [v[1] for v in s["via"]], s["cue"], s["content"], s["stance"], s["certainty"]) for s in key["statements"]])
    yield "claims", table(["id", "content", "independent", "why", "statements", "contradicted by", "interested"], [(c["id"], c["content"], "–".join(map(str, c["independent_sources"])), c["why"], c["statements"], c["contradicted_by"], c["interested"]) for c in key["claims"]])
    yield "links", table(["id", "from", "to", "type", "role", "since", "until", "amount", "stance", "doc", "evidence"], [(k["id"], k["from"], k["to"], k["type"], k["role"], k["since"], k["until"], amount(k), k["stance"], k["doc"], k["evidence"]) for k in key["links"]])
    yield "links from tables", table(["file", "line", "from", "to", "type", "share or amount", "since"], [(r["file"], r["line"], r["from"], r["to"], r["type"], r.get("share") or amount(r), r["since"]) for r in key["table_links"]])
    yield "questions", table(["id", "X", "Y", "established", "answer", "not established", "wrong"], [(q["id"], q["x"], q["y"], q["established"], q["answer"], q["not_established"], q.get("wrong", [])) for q in key["questions"]])
    co = key["coordination"]
    yield "coordinated accounts", table(["account"], [[a] for a in co["accounts"]])
    yield "bursts", table(["start", "target", "accounts of the twelve"], [(b["start"], b["target"], b["n_accounts"]) for b in co["bursts"]])


def render(key, text):
    for name, rows in tables(key):
        pattern = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.S)
        expect(pattern.search(text), f"KEY.md has no place for the table {name!r}")
        text = pattern.sub(lambda m, rows=rows: m.group(1) + rows + "\n" + m.group(2), text)
    return text


def dump(key):
    """One record a line, so that a diff shows the record."""
    def value(v):
        if isinstance(v, list) and v and isinstance(v[0], (dict, list)):
            return "[\n" + ",\n".join("  " + json.dumps(x, ensure_ascii=False) for x in v) + "\n ]"
        return json.dumps(v, ensure_ascii=False)
    return "{\n" + ",\n".join(f" {json.dumps(k)}: {value(v)}" for k, v in key.items()) + "\n}\n"


def main():
    key = json.loads((HERE / "key.json").read_text(encoding="utf-8"))
    counts, by_id, names = inventory(key)
    texts = document_texts(key, by_id, names)
    entities = {e["id"] for e in key["entities"]}
    check_statements(key, texts, entities)
    check_links(key, texts, entities)
    check_rest(key, texts, entities, counts)
    page = HERE / "KEY.md"
    if "--write" in sys.argv[1:]:
        key["inventory"] = counts
        (HERE / "key.json").write_text(dump(key), encoding="utf-8")
        page.write_text(render(key, page.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        expect(key["inventory"] == counts, "the inventory of key.json is not what was counted")
        expect(render(key, page.read_text(encoding="utf-8")) == page.read_text(encoding="utf-8"), "a table of KEY.md is not what key.json says")
    print(json.dumps({k: v for k, v in counts.items() if k != "copies"}, ensure_ascii=False, indent=1))
    print(f"{len(entities)} entities, {len(key['statements'])} statements, {len(key['claims'])} claims, {len(key['links'])} links, {len(key['table_links'])} table rows, {len(counts['copies'])} messages with copies")
    for line in WRONG:
        print("wrong:", line, file=sys.stderr)
    sys.exit(1 if WRONG else 0)


if __name__ == "__main__":
    main()
