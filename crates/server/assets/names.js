// @ts-check
/**
 * `<or-names>` around an input: offers the entities whose names begin like what is typed.
 * Without it the input works all the same: whom a name may mean is asked on the next page.
 */

/** @typedef {{id: string, name: string, kind: string, roles: string[], documents: number}} Entity */

/** Milliseconds without a key before anything is looked up. */
const REST = 120;

let boxes = 0;

class Names extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    if (!input) return;
    boxes += 1;
    this.input = input;
    this.list = document.createElement("ul");
    this.list.id = `names-${boxes}`;
    this.list.className = "offered";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Names");
    this.list.hidden = true;
    this.append(this.list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", () => this.wait());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.close());
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), REST);
  }

  async look() {
    const typed = this.input?.value ?? "";
    if (typed.trim().length < 2) return this.close();
    const answer = await fetch(`/names.json?limit=8&q=${encodeURIComponent(typed)}`);
    if (!answer.ok || this.input?.value !== typed || document.activeElement !== this.input) return;
    /** @type {{entities: Entity[]}} */
    const { entities } = await answer.json();
    this.offer(entities);
  }

  /** @param {Entity[]} entities */
  offer(entities) {
    this.list?.replaceChildren(...entities.map((entity, at) => this.option(entity, at)));
    const any = entities.length > 0;
    if (this.list) this.list.hidden = !any;
    this.input?.setAttribute("aria-expanded", String(any));
    this.input?.removeAttribute("aria-activedescendant");
  }

  /** @param {Entity} entity @param {number} at @returns {HTMLLIElement} */
  option(entity, at) {
    const option = document.createElement("li");
    option.id = `${this.list?.id}-${at}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = document.createElement("bdi");
    name.textContent = entity.name;
    const about = document.createElement("span");
    about.className = "quiet";
    about.textContent = ` ${[entity.kind, entity.roles[0]].filter(Boolean).join(", ")}`;
    option.append(name, about);
    option.dataset.id = entity.id;
    option.dataset.name = entity.name;
    // The field keeps the focus, so that its blur does not take the list away first.
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.take(option);
    });
    return option;
  }

  /** @param {HTMLElement} option */
  take(option) {
    if (this.input) this.input.value = option.dataset.name ?? "";
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    if (this.list) this.list.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (!this.list || this.list.hidden) return;
    const options = /** @type {HTMLElement[]} */ ([...this.list.children]);
    const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = (now + step + options.length) % options.length;
      options.forEach((option, at) => option.setAttribute("aria-selected", String(at === next)));
      this.input?.setAttribute("aria-activedescendant", options[next].id);
    } else if (event.key === "Enter" && now >= 0) {
      this.take(options[now]);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("or-names", Names);
