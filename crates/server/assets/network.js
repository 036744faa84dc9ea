// @ts-check
/**
 * `<or-network src="U.json">`: the picture of a network, drawn where the server placed everybody.
 *
 * Pointer: drag to move, wheel to zoom, hover to see who is tied, click to choose, drag somebody to pin.
 * Keys, while the picture has the focus: arrows step to whoever stands there, Enter opens, E takes in
 * whoever is tied to the chosen one, H hides, P pins, + and − zoom, 0 shows all.
 * What is not established is drawn in dashes, and only where the page was asked for it.
 */

/** @typedef {{id: string, name: string, kind: string, x: number, y: number, distance: number, rank: number, n_ties: number, pinned?: boolean, hidden?: boolean, r: number}} Dot */
/** @typedef {{id: string, from: string, to: string, type: string, stances: string, established: boolean, role: string | null, since: string | null, until: string | null, independent_sources: [number, number]}} Tie */
/** @typedef {{tie: Tie, a: Dot, b: Dot}} Line */

/** Names drawn at once; more could not be read. */
const MOST_NAMES = 60;
/** Pixels of a step of the pointer that still counts as a click. */
const STILL = 4;

class Network extends HTMLElement {
  /** @type {Map<string, Dot>} */ dots = new Map();
  /** @type {Map<string, Line>} */ lines = new Map();
  /** @type {Map<string, Set<string>>} */ near = new Map();
  /** @type {Set<string>} */ kindsOff = new Set();
  leastSources = 0;
  zoom = 1;
  left = 0;
  top_ = 0;
  /** @type {Dot | null} */ chosen = null;
  /** @type {Dot | null} */ hovered = null;
  dirty = false;

  async connectedCallback() {
    const canvas = document.createElement("canvas");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", "Picture of the network; arrow keys step from one to the next");
    this.canvas = canvas;
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.says = document.createElement("p");
    this.says.className = "network-says";
    this.says.setAttribute("role", "status");
    const answer = await fetch(this.getAttribute("src") ?? "");
    if (!answer.ok) return;
    this.take(await answer.json());
    this.bar = this.makeBar();
    this.replaceChildren(this.bar, canvas, this.says);
    this.listen(canvas);
    new ResizeObserver(() => this.resize()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.say();
  }

  /** Takes in an answer of the twin. @param {{nodes: Dot[], edges: Tie[]}} view @param {Dot} [around] */
  take(view, around) {
    const middle = around && view.nodes.find((node) => node.id === around.id);
    const most = Math.max(1, ...view.nodes.map((node) => node.n_ties));
    for (const node of view.nodes) {
      const known = this.dots.get(node.id);
      if (known) {
        known.hidden = false;
        continue;
      }
      node.r = 4 + 8 * Math.sqrt(node.n_ties / most);
      if (around && middle) {
        node.x += around.x - middle.x;
        node.y += around.y - middle.y;
        node.distance = around.distance + 1;
      }
      this.dots.set(node.id, node);
    }
    for (const tie of view.edges) {
      const [a, b] = [this.dots.get(tie.from), this.dots.get(tie.to)];
      if (!a || !b) continue;
      this.lines.set(tie.id, { tie, a, b });
      this.join(a.id, b.id);
      this.join(b.id, a.id);
    }
  }

  /** @param {string} one @param {string} other */
  join(one, other) {
    const known = this.near.get(one) ?? new Set();
    known.add(other);
    this.near.set(one, known);
  }

  makeBar() {
    const bar = document.createElement("div");
    bar.className = "network-bar";
    /** @param {string} words @param {string} does @param {() => void} act */
    const button = (words, does, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = words;
      made.title = does;
      made.addEventListener("click", () => {
        act();
        this.draw();
      });
      bar.append(made);
    };
    button("+", "Nearer", () => this.zoomBy(1.3));
    button("−", "Farther", () => this.zoomBy(1 / 1.3));
    button("Show all", "Everybody back into the picture", () => this.showAll());
    button("Pin", "Keep the chosen one in place, or let go", () => this.pin());
    button("Hide", "Take the chosen one out of the picture", () => this.hide());
    button("Expand", "Take in whoever is tied to the chosen one", () => void this.expand());
    button("Save PNG", "Save what is seen as an image", () => this.save());
    bar.append(this.makeFilter());
    return bar;
  }

  makeFilter() {
    const box = document.createElement("details");
    const title = document.createElement("summary");
    title.textContent = "Show only";
    const list = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = "Types of ties";
    list.append(legend);
    const kinds = new Set([...this.lines.values()].map((line) => line.tie.type));
    for (const kind of [...kinds].sort()) {
      const label = document.createElement("label");
      const check = document.createElement("input");
      check.type = "checkbox";
      check.checked = true;
      check.addEventListener("change", () => {
        if (check.checked) this.kindsOff.delete(kind);
        else this.kindsOff.add(kind);
        this.draw();
      });
      label.append(check, ` ${kind}`);
      list.append(label);
    }
    const label = document.createElement("label");
    const least = document.createElement("input");
    least.type = "number";
    least.min = "0";
    least.max = "9";
    least.value = "0";
    least.addEventListener("input", () => {
      this.leastSources = Number(least.value) || 0;
      this.draw();
    });
    label.append("Independent sources, at least ", least);
    box.append(title, list, label);
    return box;
  }

  /** @param {HTMLCanvasElement} canvas */
  listen(canvas) {
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.offsetX, event.offsetY);
      this.draw();
    }, { passive: false });
    /** @type {{x: number, y: number, dot: Dot | null, moved: boolean} | null} */
    let held = null;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      held = { x: event.offsetX, y: event.offsetY, dot: this.at(event.offsetX, event.offsetY), moved: false };
    });
    canvas.addEventListener("pointermove", (event) => {
      const { offsetX: x, offsetY: y } = event;
      if (!held) {
        const hovered = this.at(x, y);
        if (hovered !== this.hovered) {
          this.hovered = hovered;
          this.draw();
        }
        return;
      }
      if (Math.hypot(x - held.x, y - held.y) < STILL && !held.moved) return;
      const [dx, dy] = [x - held.x, y - held.y];
      if (held.dot) {
        held.dot.x += dx / this.zoom;
        held.dot.y += dy / this.zoom;
        held.dot.pinned = true;
      } else {
        this.left += dx;
        this.top_ += dy;
      }
      held = { ...held, x, y, moved: true };
      this.draw();
    });
    canvas.addEventListener("pointerup", () => {
      if (held && !held.moved) this.choose(held.dot);
      held = null;
    });
    canvas.addEventListener("dblclick", () => this.open());
    canvas.addEventListener("keydown", (event) => this.press(event));
    canvas.addEventListener("focus", () => {
      if (!this.chosen) this.choose(this.seen()[0] ?? null);
    });
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    /** @type {Record<string, () => void>} */
    const does = {
      ArrowLeft: () => this.step(-1, 0),
      ArrowRight: () => this.step(1, 0),
      ArrowUp: () => this.step(0, -1),
      ArrowDown: () => this.step(0, 1),
      Enter: () => this.open(),
      e: () => void this.expand(),
      h: () => this.hide(),
      p: () => this.pin(),
      "+": () => this.zoomBy(1.3),
      "-": () => this.zoomBy(1 / 1.3),
      0: () => this.showAll(),
    };
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
    this.draw();
  }

  /** Chooses the nearest in a direction. @param {number} dx @param {number} dy */
  step(dx, dy) {
    const from = this.chosen;
    if (!from) return this.choose(this.seen()[0] ?? null);
    let best = null;
    let least = Infinity;
    for (const dot of this.seen()) {
      const along = (dot.x - from.x) * dx + (dot.y - from.y) * dy;
      const aside = Math.abs((dot.x - from.x) * dy) + Math.abs((dot.y - from.y) * dx);
      if (dot === from || along <= 0) continue;
      const cost = along + 2 * aside;
      if (cost < least) [best, least] = [dot, cost];
    }
    if (best) this.choose(best);
  }

  /** @param {Dot | null} dot */
  choose(dot) {
    this.chosen = dot;
    if (dot) this.bring(dot);
    this.say();
    this.draw();
  }

  /** Moves the picture so that somebody is in it. @param {Dot} dot */
  bring(dot) {
    const [x, y] = this.place(dot);
    const { width, height } = this.size();
    const margin = 30;
    this.left += Math.max(0, margin - x) - Math.max(0, x - width + margin);
    this.top_ += Math.max(0, margin - y) - Math.max(0, y - height + margin);
  }

  say() {
    if (!this.says) return;
    const dot = this.chosen;
    if (!dot) {
      this.says.textContent = `${this.seen().length} entities, ${this.drawn().length} ties. Choose somebody to see who they are tied to.`;
      return;
    }
    const ties = this.drawn().filter((line) => line.a === dot || line.b === dot);
    const told = ties.slice(0, 6).map((line) => {
      const other = line.a === dot ? line.b : line.a;
      const standing = line.tie.established ? "" : " (not established)";
      return `${line.tie.type}, ${other.name}: ${line.tie.stances}${standing}`;
    });
    const more = ties.length > 6 ? `; and ${ties.length - 6} more` : "";
    this.says.textContent = `${dot.name}, ${dot.kind}${dot.pinned ? ", pinned" : ""}. ${told.join("; ") || "No tie in this picture"}${more}.`;
  }

  pin() {
    if (this.chosen) this.chosen.pinned = !this.chosen.pinned;
    this.say();
  }

  hide() {
    if (!this.chosen) return;
    this.chosen.hidden = true;
    this.choose(null);
  }

  showAll() {
    for (const dot of this.dots.values()) dot.hidden = false;
    this.fit();
    this.say();
  }

  open() {
    if (this.chosen) location.assign(`/network/${this.chosen.id}`);
  }

  async expand() {
    const dot = this.chosen;
    if (!dot) return;
    const address = new URL(this.getAttribute("src") ?? "", location.href);
    address.pathname = `/network/${dot.id}.json`;
    address.searchParams.set("depth", "1");
    const answer = await fetch(address);
    if (!answer.ok) return;
    this.take(await answer.json(), dot);
    this.say();
    this.draw();
  }

  save() {
    this.canvas?.toBlob((image) => {
      if (!image) return;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(image);
      link.download = "network.png";
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }

  /** Who is in the picture. @returns {Dot[]} */
  seen() {
    return [...this.dots.values()].filter((dot) => !dot.hidden);
  }

  /** Ties that are in the picture. @returns {Line[]} */
  drawn() {
    return [...this.lines.values()].filter(
      ({ tie, a, b }) =>
        !a.hidden && !b.hidden && !this.kindsOff.has(tie.type) && tie.independent_sources[1] >= this.leastSources,
    );
  }

  size() {
    return { width: this.canvas?.clientWidth ?? 1, height: this.canvas?.clientHeight ?? 1 };
  }

  resize() {
    const canvas = this.canvas;
    if (!canvas) return;
    const first = canvas.width === 300 && canvas.height === 150;
    const { width, height } = this.size();
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    if (first) this.fit();
    this.draw();
  }

  /** Everybody into the picture. */
  fit() {
    const dots = this.seen();
    if (!dots.length) return;
    const [xs, ys] = [dots.map((dot) => dot.x), dots.map((dot) => dot.y)];
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
    const { width, height } = this.size();
    this.zoom = Math.min((width - 140) / Math.max(right - left, 1), (height - 80) / Math.max(bottom - top, 1), 12);
    this.zoom = Math.max(this.zoom, 0.01);
    this.left = width / 2 - ((left + right) / 2) * this.zoom;
    this.top_ = height / 2 - ((top + bottom) / 2) * this.zoom;
  }

  /** @param {number} by @param {number} [x] @param {number} [y] */
  zoomBy(by, x = this.size().width / 2, y = this.size().height / 2) {
    this.left = x - (x - this.left) * by;
    this.top_ = y - (y - this.top_) * by;
    this.zoom *= by;
  }

  /** Where somebody stands in the picture. @param {Dot} dot @returns {[number, number]} */
  place(dot) {
    return [dot.x * this.zoom + this.left, dot.y * this.zoom + this.top_];
  }

  /** Who stands at a point. @param {number} x @param {number} y @returns {Dot | null} */
  at(x, y) {
    let best = null;
    let least = 14;
    for (const dot of this.seen()) {
      const [px, py] = this.place(dot);
      const distance = Math.hypot(px - x, py - y) - dot.r;
      if (distance < least) [best, least] = [dot, distance];
    }
    return best;
  }

  /** Draws once before the next frame, however often it is asked for. */
  draw() {
    if (this.dirty) return;
    this.dirty = true;
    requestAnimationFrame(() => {
      this.dirty = false;
      this.paint();
    });
  }

  colors() {
    const style = getComputedStyle(/** @type {HTMLCanvasElement} */ (this.canvas));
    return { ink: style.color, paper: style.backgroundColor, edge: style.borderTopColor, accent: style.caretColor };
  }

  paint() {
    const pen = this.pen;
    if (!pen) return;
    const color = this.colors();
    const { width, height } = this.size();
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.fillStyle = color.paper;
    pen.fillRect(0, 0, width, height);
    const focus = this.hovered ?? this.chosen;
    const near = focus && this.near.get(focus.id);
    /** @param {Dot} dot */
    const isLit = (dot) => !focus || dot === focus || Boolean(near?.has(dot.id));
    this.paintLines(pen, color.edge, (line) => focus !== null && line.a !== focus && line.b !== focus);
    this.paintDots(pen, color, isLit);
    this.paintNames(pen, color, isLit, width, height);
  }

  /** @param {CanvasRenderingContext2D} pen @param {string} color @param {(line: Line) => boolean} isFaded */
  paintLines(pen, color, isFaded) {
    /** @type {Path2D[]} */
    const paths = [new Path2D(), new Path2D(), new Path2D(), new Path2D()];
    for (const line of this.drawn()) {
      const path = paths[(line.tie.established ? 0 : 1) + (isFaded(line) ? 2 : 0)];
      path.moveTo(...this.place(line.a));
      path.lineTo(...this.place(line.b));
    }
    pen.strokeStyle = color;
    pen.lineWidth = 1.2;
    paths.forEach((path, style) => {
      pen.setLineDash(style % 2 ? [6, 5] : []);
      pen.globalAlpha = style < 2 ? 1 : 0.15;
      pen.stroke(path);
    });
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} pen @param {{ink: string, paper: string, accent: string}} color @param {(dot: Dot) => boolean} isLit */
  paintDots(pen, color, isLit) {
    const lit = new Path2D();
    const faded = new Path2D();
    const rings = new Path2D();
    for (const dot of this.seen()) {
      const [x, y] = this.place(dot);
      const path = isLit(dot) ? lit : faded;
      path.moveTo(x + dot.r, y);
      // People are round, whoever else is square.
      if (dot.kind === "person") path.arc(x, y, dot.r, 0, 7);
      else path.rect(x - dot.r, y - dot.r, 2 * dot.r, 2 * dot.r);
      if (dot.pinned || dot === this.chosen) {
        rings.moveTo(x + dot.r + 4, y);
        rings.arc(x, y, dot.r + 4, 0, 7);
      }
    }
    pen.fillStyle = color.ink;
    pen.globalAlpha = 0.2;
    pen.fill(faded);
    pen.globalAlpha = 1;
    pen.fill(lit);
    pen.strokeStyle = color.accent;
    pen.lineWidth = 2;
    pen.stroke(rings);
  }

  /** @param {CanvasRenderingContext2D} pen @param {{ink: string, paper: string}} color @param {(dot: Dot) => boolean} isLit @param {number} width @param {number} height */
  paintNames(pen, color, isLit, width, height) {
    pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    pen.textAlign = "center";
    pen.lineWidth = 3;
    pen.strokeStyle = color.paper;
    pen.fillStyle = color.ink;
    /** @param {Dot} dot */
    const weight = (dot) => (dot === this.chosen || dot === this.hovered ? 2 : 0) + (isLit(dot) ? 1 : 0) + dot.rank;
    const named = this.seen()
      .filter((dot) => {
        const [x, y] = this.place(dot);
        return x > 0 && y > 0 && x < width && y < height;
      })
      .sort((one, other) => weight(other) - weight(one))
      .slice(0, MOST_NAMES);
    /** @type {Array<[number, number, number, number]>} */
    const taken = [];
    for (const dot of named) {
      const [x, y] = this.place(dot);
      const name = dot.name.length > 30 ? `${dot.name.slice(0, 29)}…` : dot.name;
      const half = pen.measureText(name).width / 2 + 2;
      const box = /** @type {[number, number, number, number]} */ ([x - half, y + dot.r + 2, x + half, y + dot.r + 17]);
      if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      taken.push(box);
      pen.globalAlpha = isLit(dot) ? 1 : 0.35;
      pen.strokeText(name, x, y + dot.r + 14);
      pen.fillText(name, x, y + dot.r + 14);
    }
    pen.globalAlpha = 1;
  }

  /** Moves through `frames` frames; gives what each took to draw, in milliseconds. @param {number} frames @returns {Promise<number[]>} */
  async measure(frames) {
    const took = [];
    for (let at = 0; at < frames; at += 1) {
      await new Promise((done) => requestAnimationFrame(done));
      this.left += at % 2 ? 3 : -2;
      this.zoom *= at % 3 ? 1.01 : 0.98;
      const begun = performance.now();
      this.paint();
      took.push(performance.now() - begun);
    }
    return took;
  }
}

customElements.define("or-network", Network);
