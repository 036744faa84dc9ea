#!/usr/bin/env python3
"""Check key.json against the files of this story. Standard library only.

    check.py              verify; exit 0 when all holds, 1 with a list of faults
    check.py --write-md   write KEY.md anew from key.json, then verify

What is verified: each quote is an exact substring of the readable text of the place that it names, each statement's
source, cue and content lie where its spans say, each id that is used exists, each name occurs in the material, and every
count of `inventory` is counted again from the files alone.
"""
import email, email.policy, gzip, hashlib, html.parser, json, mailbox, os, re, sys, zipfile, zlib

HERE = os.path.dirname(os.path.abspath(__file__))
LEAK = os.path.join(HERE, "leak")
LINK_TYPES = ["Directorship", "Ownership", "Employment", "Membership", "Payment", "Family", "Associate", "Representation", "Contact", "Support", "Conflict"]
STANCES = ["confirms", "asserts", "alleges", "denies", "disputes", "declines-comment", "reports-no-evidence", "hypothetical", "asks", "retracts"]
LINK_STANCES = ["asserts", "alleges", "denies", "disputes", "no-evidence", "hypothetical", "asked", "failed", "unclear"]
SEPARATOR = re.compile(rb"^From \S+ (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$")
BLOCKS = {"p", "h1", "h2", "h3", "div", "br", "li", "td", "tr", "body", "article"}


def read(path):
    with open(os.path.join(LEAK, path), "rb") as f:
        return f.read()


class Text(html.parser.HTMLParser):
    """Text of a page, one block a line, white space collapsed; of <article> alone where the page has one."""
    def __init__(self, whole):
        super().__init__(convert_charrefs=True)
        self.whole, self.inside, self.skip, self.out = whole, 0, 0, []
    def handle_starttag(self, tag, attrs):
        self.inside += tag == "article"
        self.skip += tag in ("script", "style") or dict(attrs).get("class") == "ad"
        if tag in BLOCKS: self.out.append("\n")
    def handle_endtag(self, tag):
        self.inside -= tag == "article"
        self.skip -= (tag in ("script", "style") or tag == "div") and self.skip > 0
        if tag in BLOCKS: self.out.append("\n")
    def handle_data(self, data):
        if not self.skip and (self.whole or self.inside): self.out.append(re.sub(r"\s+", " ", data))


def page_text(markup):
    reader = Text("<article" not in markup)
    reader.feed(markup)
    lines = (line.strip() for line in "".join(reader.out).split("\n"))
    return "\n".join(line for line in lines if line)


def plain(data, charset="utf-8"):
    return data.decode(charset).replace("\r\n", "\n")


def split_mbox(data):
    """Messages of an mbox: a separator is a dated From line at the start or after an empty line; >From is unescaped."""
    found, before = [], b""
    for line in data.split(b"\n"):
        if SEPARATOR.match(line) and before == b"":
            found.append([])
        else:
            found[-1].append(re.sub(rb"^>(>*From )", rb"\1", line))
        before = line
    return [b"\n".join(lines).strip(b"\n") + b"\n" for lines in found]


def parts(message):
    """(body text, attachments as (name, type, bytes with \\n as line ends, charset))."""
    body, attached = None, []
    stack = [message]
    while stack:
        part = stack.pop(0)
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment":
            data = part.get_payload(0).as_bytes() if kind == "message/rfc822" else part.get_payload(decode=True)
            attached.append((part.get_filename(), kind, data.replace(b"\r\n", b"\n"), part.get_content_charset() or "utf-8"))
        elif part.is_multipart():
            stack = part.get_payload() + stack
        elif body is None:
            text = plain(part.get_payload(decode=True), part.get_content_charset())
            body = page_text(text) if kind == "text/html" else text
    return body, attached


class Message:
    def __init__(self, path, raw):
        self.path, self.raw = path, raw
        m = email.message_from_bytes(raw, policy=email.policy.default)
        self.id, self.references = m["Message-ID"], (m.get("References") or "").split()
        if m["In-Reply-To"] and m["In-Reply-To"] not in self.references: self.references.append(m["In-Reply-To"])
        self.index = (m.get("Thread-Index") or "").strip()[:29]
        self.body, self.attachments = parts(m)
        self.headers = m
        plain_body = re.sub(r"\s+", " ", self.body).strip()
        hashes = sorted(hashlib.sha256(a[2]).hexdigest() for a in self.attachments)
        self.key = (str(m["From"]), str(m["Date"]), str(m["Subject"]), plain_body, tuple(hashes))
    def addresses(self, *names):
        return [a.addr_spec for n in names for h in self.headers.get_all(n, []) for a in h.addresses]


def walk():
    return sorted(os.path.relpath(os.path.join(d, f), LEAK).replace(os.sep, "/") for d, _, fs in os.walk(LEAK) for f in fs)


def messages():
    found = []
    for path in walk():
        if path.endswith(".eml"): found.append(Message(path, read(path)))
        elif path.endswith(".mbox"): found += [Message(path, raw) for raw in split_mbox(read(path))]
    return found


def readable(at, all_messages):
    """The readable text of a place: {"file"}, with "member" of a zip, or "message" (and "attachment") of mail."""
    path = at["file"]
    if "member" in at:
        with zipfile.ZipFile(os.path.join(LEAK, path)) as z: return plain(z.read(at["member"]))
    if "message" in at:
        m = [m for m in all_messages if m.path == path and m.id == at["message"]][at.get("nth", 0)]
        if "attachment" not in at: return m.body
        return next(plain(a[2], a[3]) for a in m.attachments if a[0] == at["attachment"])
    data = read(path)
    if path.endswith(".html"):
        head = data[:400].lower()
        return page_text(data.decode("windows-1252" if b"windows-1252" in head else "utf-8"))
    return plain(data)


def component_count(distinct):
    """Threads: messages joined by References and In-Reply-To, absent ids included, or by the first 22 bytes of Thread-Index."""
    parent = {}
    def root(x):
        while parent.setdefault(x, x) != x: x = parent[x]
        return x
    for n, m in enumerate(distinct):
        own = ("message", n)
        names = [("id", r) for r in m.references] + ([("index", m.index)] if m.index else [])
        root(own)
        for name in names: parent[root(own)] = root(name)
    shared = [m.id for m in distinct]
    for n, m in enumerate(distinct):
        if shared.count(m.id) == 1: parent[root(("message", n))] = root(("id", m.id))
    return len({root(("message", n)) for n in range(len(distinct))})


def truncated(path):
    data = read(path)
    if path.endswith(".zip"):
        try: zipfile.ZipFile(os.path.join(LEAK, path)); return False
        except zipfile.BadZipFile: return True
    if path.endswith(".gz"):
        try: gzip.decompress(data); return False
        except (EOFError, zlib.error): return True
    return False


def count(all_messages):
    """The counts of the inventory, from the files alone."""
    files = walk()
    distinct = list({m.key: m for m in all_messages}.values())
    present = {m.id for m in all_messages}
    contacts = {}
    for m in distinct:
        for sender in m.addresses("From"):
            for kind, names in (("to", ["To"]), ("cc", ["Cc"])):
                for other in m.addresses(*names):
                    row = contacts.setdefault((sender, other), {"from": sender, "to": other, "n_to": 0, "n_cc": 0})
                    row["n_" + kind] += 1
    with zipfile.ZipFile(os.path.join(LEAK, "handover.zip")) as z:
        members = sorted(z.namelist())
        hashes = {hashlib.sha256(read(f)).digest(): f for f in files}
        copies = [[n, hashes[d]] for n in members if (d := hashlib.sha256(z.read(n)).digest()) in hashes]
    boxes = {}
    for m in all_messages:
        box = m.path if m.path.endswith(".mbox") else os.path.dirname(m.path)
        boxes[box] = boxes.get(box, 0) + 1
    where = {}
    for m in all_messages: where.setdefault(m.key, set()).add(os.path.dirname(m.path) or m.path)
    ids = [m.id for m in distinct]
    return {
        "n_files": len(files), "n_articles": sum(f.startswith("articles/") for f in files),
        "n_eml": sum(f.endswith(".eml") for f in files), "n_mbox": sum(f.endswith(".mbox") for f in files),
        "n_messages": len(all_messages), "n_messages_by_mailbox": boxes, "n_distinct_messages": len(distinct),
        "n_messages_in_both": sum(len(w) > 1 for w in where.values()),
        "n_attachments": sum(len(m.attachments) for m in distinct),
        "n_attached_messages": sum(a[1] == "message/rfc822" for m in distinct for a in m.attachments),
        "n_threads": component_count(distinct),
        "message_ids_shared_by_different_messages": sorted({i for i in ids if ids.count(i) > 1}),
        "absent_message_ids": sorted({r for m in all_messages for r in m.references} - present),
        "zip_members": members, "members_identical_to_files": copies,
        "damaged": [f for f in files if truncated(f)],
        "n_owner_rows": read("owners.csv").count(b"\n") - 1, "n_payment_rows": read("payments.csv").count(b"\n") - 1,
        "mail_contacts": sorted(contacts.values(), key=lambda r: (r["from"], r["to"])),
    }


def check(key):
    faults, mail = [], messages()
    def fault(*words): faults.append(" ".join(str(w) for w in words))
    text_of = {}
    def text(at):
        name = json.dumps(at, sort_keys=True)
        if name not in text_of: text_of[name] = readable(at, mail)
        return text_of[name]
    for name, value in count(mail).items():
        if key["inventory"].get(name) != value: fault("inventory", name, "is", str(key["inventory"].get(name))[:200], "but counted", str(value)[:200])
    python_count = len(mailbox.mbox(os.path.join(LEAK, "mail/marlund.mbox"), create=False))
    if python_count != key["inventory"]["n_messages_by_python_mailbox_marlund"]: fault("mailbox module counts", python_count)
    entities = {e["id"]: e for e in key["entities"]}
    statements = {s["id"]: s for s in key["statements"]}
    places = [{"file": f} for f in walk() if f.startswith("articles/") or f.endswith(".csv")]
    places += [{"file": "handover.zip", "member": n} for n in key["inventory"]["zip_members"]]
    everything = "\n".join(text(p) for p in places)
    for m in mail:
        everything += "\n" + m.body + "\n" + "\n".join(str(v) for v in m.headers.values()) + "\n".join(plain(a[2], a[3]) for a in m.attachments)
    flat = re.sub(r"\s+", " ", re.sub(r"\n>+ ?", "\n", everything))
    for e in key["entities"]:
        for name in e["names"] + e["nominals"] + e["addresses"]:
            if name not in flat: fault(e["id"], "name not in the material:", name)
    for a, b, _ in key["must_not_merge"]:
        if not {a, b} <= set(entities): fault("must_not_merge names an unknown entity", a, b)
    for s in key["statements"]:
        body, context, spans = text(s["at"]), s["context"], s["spans_in_context"]
        if body.count(context) != 1: fault(s["id"], "context occurs", body.count(context), "times")
        for role in ("source", "cue", "content"):
            if [context[a:b] for a, b in spans[role]] != s[role]: fault(s["id"], role, "differs from its spans")
        if s["stance"] not in STANCES or not set(s["also_accept"] + s["must_not"]) <= set(STANCES): fault(s["id"], "unknown stance")
        if s["source_entity"] and s["source_entity"] not in entities: fault(s["id"], "unknown entity", s["source_entity"])
        if any(v not in statements for v in s["via"]): fault(s["id"], "unknown via", s["via"])
        if (s["parent"] or None) != (s["via"][-1] if s["via"] else None): fault(s["id"], "parent is not the innermost via")
        if s["claim"] and s["claim"] not in {c["id"] for c in key["claims"]}: fault(s["id"], "unknown claim", s["claim"])
    for c in key["claims"]:
        here = [s["id"] for s in key["statements"] if s["claim"] == c["id"]]
        if sorted(here) != sorted(c["statements"]): fault(c["id"], "statements differ from those that name it")
        if sorted(i for g in c["groups"] for i in g["statements"]) != sorted(c["statements"]): fault(c["id"], "groups do not cover its statements once")
        low, high = c["independent_sources"]
        counted = [g for g in c["groups"] if g["counts"] == "yes"]
        perhaps = [g for g in c["groups"] if g["counts"] == "perhaps"]
        if (low, high) != (len(counted), len(counted) + len(perhaps)): fault(c["id"], "range differs from its groups")
        for other in c["contradicts"]:
            if other not in {x["id"] for x in key["claims"]}: fault(c["id"], "contradicts an unknown claim", other)
    links = {l["id"]: l for l in key["links"]}
    for l in key["links"]:
        if l["from"] not in entities or l["to"] not in entities: fault(l["id"], "unknown end", l["from"], l["to"])
        if not {l["type"], *l["also_accept_types"]} <= set(LINK_TYPES): fault(l["id"], "unknown type", l["type"], l["also_accept_types"])
        if not {e for pair in l["also_accept_ends"] for e in pair} <= set(entities): fault(l["id"], "unknown end", l["also_accept_ends"])
        tally = {}
        for e in l["evidence"]:
            if e["quote"] not in text(e["at"]): fault(l["id"], "quote not in", e["at"], repr(e["quote"]))
            if e["stance"] not in LINK_STANCES: fault(l["id"], "unknown stance", e["stance"])
            if e["statement"] and e["statement"] not in statements: fault(l["id"], "unknown statement", e["statement"])
            tally[e["stance"]] = tally.get(e["stance"], 0) + 1
        if tally != l["stances"]: fault(l["id"], "tally differs from evidence")
    for p in key["paths"]:
        for way in p["ways"]:
            at = p["from"]
            for hop in way["hops"]:
                if hop not in links: fault(p["id"], "unknown link", hop); break
                ends = [links[hop]["from"], links[hop]["to"]]
                if at not in ends: fault(p["id"], "hop", hop, "does not go on from", at); break
                at = ends[1 - ends.index(at)]
            else:
                if at != p["to"]: fault(p["id"], "way ends at", at)
            if way["established"] != all(links[h]["established"] for h in way["hops"] if h in links): fault(p["id"], "a way is not as established as its hops")
    for b in key["names_broken_over_a_line"]:
        if b["text"] not in text(b["at"]): fault("broken name not found", b)
    for q in key["recovered_from_quotes"]:
        if q["text"] not in text(q["at"]): fault("recovered text not found in", q["at"])
    if open(os.path.join(HERE, "KEY.md"), encoding="utf-8").read() != render(key): fault("KEY.md is not what key.json says: run check.py --write-md")
    return faults


def place(at):
    words = at["file"]
    for name in ("member", "message", "attachment"):
        if name in at: words += " » " + at[name]
    return "`" + words + "`"


def quoted(text):
    return "“" + re.sub(r"\s*\n(?:>+ ?)*\s*", " ", text).replace("|", "\\|") + "”"


def render(key):
    names = {e["id"]: e["name"] for e in key["entities"]}
    out = ["# Answer key of the second story", "", "Written from `key.json` by `check.py --write-md`; the JSON is the key, this page is for reading (line breaks inside quotes are shown as spaces here).", ""]
    out += ["## What it is about", ""] + key["plot"] + ["", "## Conventions", ""] + [f"- **{k}**: {v}" for k, v in key["conventions"].items()] + ["", "## Inventory", "", "| what | count or list |", "|---|---|"]
    for k, v in key["inventory"].items():
        if k == "mail_contacts": v = f"{len(v)} pairs, see `key.json`"
        out.append(f"| {k} | {json.dumps(v, ensure_ascii=False) if not isinstance(v, str) else v} |")
    out += ["", "## Entities", "", "| id | kind | name | other names | addresses | note |", "|---|---|---|---|---|---|"]
    out += [f"| {e['id']} | {e['kind']} | {e['name']} | {'; '.join(n for n in e['names'] + e['nominals'] if n != e['name'])} | {'; '.join(e['addresses'])} | {e['note']} |" for e in key["entities"]]
    out += ["", "### Never one", "", "| | | why |", "|---|---|---|"] + [f"| {names[a]} ({a}) | {names[b]} ({b}) | {why} |" for a, b, why in key["must_not_merge"]]
    out += ["", "## Statements", "", "| id | place | source | cue | content | stance | more |", "|---|---|---|---|---|---|---|"]
    for s in key["statements"]:
        more = [f"{s['certainty']}", s["polarity"], s["source_kind"], s["manner"]] + (["via " + " > ".join(s["via"])] if s["via"] else []) + ([f"is {names[s['source_entity']]}"] if s["source_entity"] else [])
        more += (["also " + "/".join(s["also_accept"])] if s["also_accept"] else []) + (["never " + "/".join(s["must_not"])] if s["must_not"] else []) + (["optional"] if s["optional"] else []) + ([s["claim"]] if s["claim"] else [])
        out.append(f"| {s['id']} | {place(s['at'])} | {' … '.join(map(quoted, s['source']))} | {' … '.join(map(quoted, s['cue']))} | {' … '.join(map(quoted, s['content']))} | {s['stance']} | {', '.join(more)} |")
    out += ["", "## Claims", ""]
    for c in key["claims"]:
        out += [f"### {c['id']}: {c['content']}", "", f"Independent sources: {c['independent_sources'][0]} to {c['independent_sources'][1]}. {c['why']}" + (f" Contradicts {', '.join(c['contradicts'])}." if c["contradicts"] else ""), ""]
        out += [f"- counts: {g['counts']}: {', '.join(g['statements'])}: {g['reason']}" for g in c["groups"]] + [""]
    out += ["## Links", "", "| id | from | type | to | details | established | evidence |", "|---|---|---|---|---|---|---|"]
    for l in key["links"]:
        d = "; ".join(f"{k} {json.dumps(l[k], ensure_ascii=False) if not isinstance(l[k], str) else l[k]}" for k in ("role", "since", "until", "on", "amount", "share_percent", "also_accept_types", "also_accept_ends", "note") if l.get(k))
        ev = "<br>".join(f"{e['stance']}: {quoted(e['quote'])} {place(e['at'])}" for e in l["evidence"])
        out.append(f"| {l['id']} | {names[l['from']]} | {l['type']} | {names[l['to']]} | {d}{' (optional)' if l['optional'] else ''} | {'yes' if l['established'] else 'no'} | {ev} |")
    out += ["", "## How are they connected?", ""]
    for p in key["paths"]:
        out += [f"### {p['id']}: {names[p['from']]} and {names[p['to']]}", "", p["answer"], ""] + [f"- {'established' if w['established'] else 'not established'}: {' > '.join(w['hops'])} ({w['weakest']})" for w in p["ways"]] + [f"- never: {n}" for n in p["must_not"]] + [""]
    out += ["## Names broken over a line end", ""] + [f"- {place(b['at'])}: {b['name']}" for b in key["names_broken_over_a_line"]]
    out += ["", "## Absent messages, and what is left of them", ""] + [f"- {m['message_id'] or 'no id'}: known from {m['known_from']}; {m['note']}" for m in key["absent_messages"]]
    out += ["", "## Traps", ""] + [f"- {t}" for t in key["traps"]]
    return "\n".join(out) + "\n"


def main():
    with open(os.path.join(HERE, "key.json"), encoding="utf-8") as f: key = json.load(f)
    if "--write-md" in sys.argv:
        with open(os.path.join(HERE, "KEY.md"), "w", encoding="utf-8") as f: f.write(render(key))
    faults = check(key)
    for line in faults: print("fault:", line)
    print(f"{len(key['entities'])} entities, {len(key['statements'])} statements, {len(key['claims'])} claims, {len(key['links'])} links, {len(key['paths'])} questions; {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
