// @ts-check
/** Shows how far an import is, once a second, as long as it runs. Without scripts, "Look again" does. */

class Import extends HTMLElement {
  timer = 0;

  connectedCallback() {
    if (this.dataset.busy === "true") this.timer = window.setInterval(() => this.look(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async look() {
    const answer = await fetch("/imports");
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("or-import");
    if (!(fresh instanceof HTMLElement)) return;
    if (fresh.dataset.busy !== "true") return location.reload();
    this.replaceChildren(...fresh.childNodes);
  }
}

customElements.define("or-import", Import);
