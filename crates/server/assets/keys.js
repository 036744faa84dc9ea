// @ts-check
/**
 * Keys for lists and the search box. Everything that a key does, a link on the page does too.
 * No key works while somebody types, or together with Ctrl, Alt or Meta.
 */

/** @type {ReadonlyArray<readonly [string, string]>} */
const KEYS = [
  ["/", "Go to the search box"],
  ["j", "Next in the list"],
  ["k", "Previous in the list"],
  ["Enter", "Open"],
  ["n p", "Next and previous hit in a document"],
  ["] [", "Next and previous result, from inside a document"],
  ["Esc", "Leave the search box; back to the list"],
  ["?", "Show these keys"],
  ["y, n, u", "Same, different, cannot tell: where a pair is to be judged"],
  ["z", "Take back what was just recorded"],
  ["m, s", "Where one entity is shown: merge it with another, take it apart"],
];

/** Whether keys belong to a field. @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("input, textarea, select"))
  );
}

/** The links that j and k step through. @returns {HTMLElement[]} */
function stops() {
  const items = document.querySelectorAll("[data-keys] > li");
  return [...items].flatMap((item) => {
    const link = item.querySelector("a");
    if (link) return [link];
    if (!(item instanceof HTMLElement)) return [];
    item.tabIndex = -1;
    return [item];
  });
}

/** Steps to the next or previous item. @param {1 | -1} by */
function step(by) {
  const all = stops();
  const now = all.findIndex((stop) => stop === document.activeElement);
  const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : now + by;
  const stop = all[Math.min(Math.max(next, 0), all.length - 1)];
  stop?.focus();
  stop?.scrollIntoView({ block: "nearest" });
}

/** Leads back to the list that this page was opened from, at its old place. */
function back() {
  const link = document.querySelector("a[data-back]");
  if (!(link instanceof HTMLAnchorElement)) return;
  location.assign(link.href);
}

/** Goes on from the line that the address names. */
function resume() {
  const line = location.hash.startsWith("#r-") && document.getElementById(location.hash.slice(1));
  if (line) line.querySelector("a")?.focus();
}

class Keys extends HTMLElement {
  connectedCallback() {
    resume();
    document.addEventListener("keydown", this.press);
    document.querySelector(".keys-hint")?.removeAttribute("hidden");
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.press);
  }

  /** @param {KeyboardEvent} event */
  press = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    const dialog = this.querySelector("dialog");
    if (dialog?.open) return;
    switch (event.key) {
      case "/":
        document.getElementById("q")?.focus();
        break;
      case "j":
        step(1);
        break;
      case "k":
        step(-1);
        break;
      case "Escape":
        back();
        break;
      case "?":
        this.help().showModal();
        break;
      default: {
        // Whatever else has a key is a button or link of the page itself.
        const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
        if (!(named instanceof HTMLElement)) return;
        if (named.matches("input")) named.focus();
        else named.click();
      }
    }
    event.preventDefault();
  };

  /** The list of keys, made when it is first asked for. @returns {HTMLDialogElement} */
  help() {
    const made = this.querySelector("dialog");
    if (made) return made;
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", "Keys");
    const list = document.createElement("dl");
    for (const [key, does] of KEYS) {
      const term = document.createElement("dt");
      const name = document.createElement("kbd");
      name.textContent = key;
      term.append(name);
      const meaning = document.createElement("dd");
      meaning.textContent = does;
      list.append(term, meaning);
    }
    const form = document.createElement("form");
    form.method = "dialog";
    const close = document.createElement("button");
    close.textContent = "Close";
    form.append(close);
    dialog.append(list, form);
    this.append(dialog);
    return dialog;
  }
}

customElements.define("or-keys", Keys);
