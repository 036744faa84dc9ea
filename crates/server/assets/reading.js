// @ts-check
/**
 * Reading a document: keys for its links, ticks for its hits, citing what is selected, copying.
 * Everything here has a plain way too: links, the list of hits, `?span=`, the citation's own text.
 */

/** Whether keys belong to a field. @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

/** Links that say which key follows them. @param {KeyboardEvent} event */
function follow(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  for (const link of document.querySelectorAll("a[data-key]")) {
    if (link instanceof HTMLAnchorElement && link.dataset.key === event.key) {
      event.preventDefault();
      link.click();
      return;
    }
  }
}
document.addEventListener("keydown", follow);

/** Draws a tick at the window's edge for each hit that the element lists. */
class Ticks extends HTMLElement {
  connectedCallback() {
    const edge = document.createElement("div");
    edge.className = "ticks";
    edge.setAttribute("aria-hidden", "true");
    for (const link of this.querySelectorAll("a")) {
      const tick = document.createElement("a");
      tick.href = link.href;
      tick.tabIndex = -1;
      tick.style.top = `${Number(link.dataset.share) / 10}%`;
      edge.append(tick);
    }
    this.append(edge);
  }
}
customElements.define("or-ticks", Ticks);

const utf8 = new TextEncoder();

/**
 * The byte of the document's text at a point of the page; paragraphs are named by their first byte.
 * @param {Node} node
 * @param {number} offset
 * @returns {number | null}
 */
function byteAt(node, offset) {
  const near = node instanceof Element ? node : node.parentElement;
  const paragraph = near?.closest("p[id^=b]");
  if (!paragraph) return null;
  const before = document.createRange();
  before.selectNodeContents(paragraph);
  before.setEnd(node, offset);
  return Number(paragraph.id.slice(1)) + utf8.encode(before.toString()).length;
}

/** Offers to cite the words that are selected in it. */
class ReadText extends HTMLElement {
  /** @type {HTMLAnchorElement | null} */
  offer = null;

  connectedCallback() {
    document.addEventListener("selectionchange", this.selected);
  }

  disconnectedCallback() {
    document.removeEventListener("selectionchange", this.selected);
  }

  selected = () => {
    const span = this.span();
    if (!span) {
      this.offer?.setAttribute("hidden", "");
      return;
    }
    const address = new URL(location.href);
    for (const place of ["from", "page", "hit"]) address.searchParams.delete(place);
    address.searchParams.set("span", span);
    address.hash = "cite";
    const offer = this.offer ?? this.makeOffer();
    offer.href = address.href;
    offer.removeAttribute("hidden");
  };

  /** The selected bytes, as addresses write them. @returns {string | null} */
  span() {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
    const range = selection.getRangeAt(0);
    if (!this.contains(range.commonAncestorContainer)) return null;
    const start = byteAt(range.startContainer, range.startOffset);
    const end = byteAt(range.endContainer, range.endOffset);
    return start === null || end === null || start >= end ? null : `${start}-${end}`;
  }

  makeOffer() {
    const offer = document.createElement("a");
    offer.className = "offer";
    offer.textContent = "Cite the selected words";
    this.append(offer);
    this.offer = offer;
    return offer;
  }
}
customElements.define("or-text", ReadText);

/** Adds a button that copies the field inside. */
class CopyText extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("textarea");
    if (!field || !navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    });
    this.append(button);
  }
}
customElements.define("or-copy", CopyText);
