// @ts-check
/**
 * Two small helpers of judging; without them the pages work all the same.
 * `or-applying` says when what rests on a judgement has been derived.
 * `or-list` reads a chosen file into the field of a list.
 */

/** Milliseconds between two looks. */
const PAUSE = 1500;

class Applying extends HTMLElement {
  connectedCallback() {
    this.timer = setTimeout(() => this.look(), PAUSE);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async look() {
    try {
      const answer = await fetch("/judgements.json?limit=1");
      const { applied } = await answer.json();
      if (applied) {
        this.textContent = "It is applied. ";
        const again = document.createElement("a");
        again.href = location.href;
        again.textContent = "Show the page as it is now";
        this.append(again);
        return;
      }
    } catch {
      // The server may have been stopped; the next look tells.
    }
    this.timer = setTimeout(() => this.look(), PAUSE);
  }
}

class List extends HTMLElement {
  connectedCallback() {
    const label = document.createElement("label");
    label.textContent = "Take it from a file ";
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".csv,.tsv,.txt,.json,.jsonl,.ftm";
    input.addEventListener("change", () => this.take(input));
    label.append(input);
    this.append(label);
  }

  /** @param {HTMLInputElement} input */
  async take(input) {
    const file = input.files?.[0];
    const form = this.closest("form");
    const text = form?.querySelector("textarea[name=text]");
    const name = form?.querySelector("input[name=name]");
    if (!file || !(text instanceof HTMLTextAreaElement)) return;
    text.value = await file.text();
    if (name instanceof HTMLInputElement && !name.value) name.value = file.name;
  }
}

customElements.define("or-applying", Applying);
customElements.define("or-list", List);
