// @ts-check
/**
 * Names offered while somebody writes `entity:` or `from:` in the search box: a combobox as the ARIA
 * practices describe it. Without scripts the page /complete lists the same names.
 */

/** Letters after a field, up to the end of what is written. */
const OPEN = /(^|[\s(-])(entity|from):("([^"]*)|([^\s"()]*))$/;

class Complete extends HTMLElement {
  /** @type {HTMLInputElement | null} */
  field = null;
  /** @type {HTMLUListElement | null} */
  list = null;
  chosen = -1;
  /** Answers to earlier letters are passed over. */
  asked = 0;

  connectedCallback() {
    const field = document.getElementById("q");
    if (!(field instanceof HTMLInputElement)) return;
    this.field = field;
    this.list = document.createElement("ul");
    this.list.id = "names-offered";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Names");
    this.append(this.list);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    field.setAttribute("aria-expanded", "false");
    field.addEventListener("input", () => this.offer());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  async offer() {
    const open = this.field?.value.match(OPEN);
    const begins = open ? (open[4] ?? open[5] ?? "") : "";
    if (!open || begins.length < 2) return this.close();
    const number = ++this.asked;
    const asked = new URLSearchParams({ field: open[2], begins });
    const answer = await fetch(`/complete.json?${asked}`);
    if (!answer.ok || number !== this.asked) return;
    /** @type {{suggestions: {value: string, documents: number}[]}} */
    const { suggestions } = await answer.json();
    this.show(suggestions);
  }

  /** @param {{value: string, documents: number}[]} suggestions */
  show(suggestions) {
    if (!this.list || !this.field) return;
    this.list.replaceChildren(
      ...suggestions.map(({ value, documents }, index) => {
        const line = document.createElement("li");
        line.id = `name-offered-${index}`;
        line.setAttribute("role", "option");
        line.dataset.value = value;
        line.textContent = `${value} (${documents})`;
        line.addEventListener("mousedown", (event) => {
          event.preventDefault();
          this.take(value);
        });
        return line;
      }),
    );
    this.chosen = -1;
    this.list.hidden = suggestions.length === 0;
    this.field.setAttribute("aria-expanded", String(suggestions.length > 0));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const lines = this.list?.children;
    if (!lines || !this.list || this.list.hidden) return;
    if (event.key === "Escape") {
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const by = event.key === "ArrowDown" ? 1 : -1;
      this.chosen = (this.chosen + by + lines.length) % lines.length;
      for (const [index, line] of [...lines].entries()) {
        line.setAttribute("aria-selected", String(index === this.chosen));
      }
      this.field?.setAttribute("aria-activedescendant", `name-offered-${this.chosen}`);
    } else if (event.key === "Enter" && this.chosen >= 0) {
      const line = lines[this.chosen];
      if (line instanceof HTMLElement) this.take(line.dataset.value ?? "");
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {string} value */
  take(value) {
    if (!this.field) return;
    const name = `"${value.replaceAll('"', " ")}"`;
    this.field.value = this.field.value.replace(OPEN, (_, before, field) => `${before}${field}:${name} `);
    this.close();
    this.field.focus();
  }

  close() {
    if (!this.list || !this.field) return;
    this.asked += 1;
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

customElements.define("or-complete", Complete);
