"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const map = at("map");
  const make = (name, attributes, parent) => {
    const element = document.createElementNS(SVG, name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    if (parent) parent.appendChild(element);
    return element;
  };
  const add = (name, text, parent) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    parent.appendChild(element);
    return element;
  };
  const nodes = data.nodes.map((node, place) => ({ ...node, place, ties: [], shown: true }));
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const edges = data.edges.map((edge) => ({ ...edge, one: byKey.get(edge.a), other: byKey.get(edge.b) }));
  for (const edge of edges) {
    edge.one.ties.push({ to: edge.other, edge });
    edge.other.ties.push({ to: edge.one, edge });
  }
  let chosen = null;
  let view = { x: 0, y: 0, scale: 1 };

  // Drawing ---------------------------------------------------------------------------------

  const room = Math.min(1, Math.max(0.6, Math.min(map.clientWidth, map.clientHeight) / 700));
  const mark = (kind, r, bare, parent) => {
    const look = { class: bare ? "mark bare" : "mark" };
    if (kind === "work") make("rect", { ...look, x: -0.75 * r, y: -r, width: 1.5 * r, height: 2 * r, rx: 2 }, parent);
    else if (kind === "topic") make("rect", { ...look, x: -1.5 * r, y: -0.8 * r, width: 3 * r, height: 1.6 * r, rx: 0.8 * r }, parent);
    else if (kind === "institution") make("path", { ...look, d: `M0 ${-r}L${r} ${-0.2 * r}V${r}H${-r}V${-0.2 * r}Z` }, parent);
    else make("circle", { ...look, r }, parent);
  };
  const world = make("g", {}, map);
  for (const edge of edges) {
    edge.line = make("path", { class: "edge" + (edge.kind === "near" ? " near" : ""), "stroke-width": 1 + 2.5 * edge.weight }, world);
  }
  for (const node of nodes) {
    const group = node.place === 0 ? "own" : node.group === null ? "none" : "g" + (node.group % 8);
    node.box = make("g", { class: "node " + group + (node.place === 0 ? " center" : "") }, world);
    const r = (node.radius = room * (node.place === 0 ? 18 : 6 + 7 * node.weight));
    mark(node.kind, r, node.kind === "person" && !node.known, node.box);
    make("title", {}, node.box).textContent = node.label;
    node.text = make("text", { "font-size": node.place === 0 ? 15 : 12.5 }, node.box);
    node.text.textContent = node.label.length > 34 ? node.label.slice(0, 33).trimEnd() + "…" : node.label;
    node.text.setAttribute("y", r + 15);
  }
  world.append(nodes[0].box); // nothing lies over it

  const draw = () => {
    world.setAttribute("transform", `translate(${view.x} ${view.y})`);
    for (const node of nodes) {
      node.box.setAttribute("transform", `translate(${node.x * view.scale} ${node.y * view.scale})`);
    }
    for (const { line, one, other } of edges) {
      line.setAttribute("d", `M${one.x * view.scale} ${one.y * view.scale}L${other.x * view.scale} ${other.y * view.scale}`);
    }
    label();
  };

  // Labels that would lie over another one, or over a mark, wait until there is room; those of the
  // one chosen and of the centre never do.
  const label = () => {
    const marks = nodes.filter((node) => node.shown).map((node) => {
      const r = node.radius, x = node.x * view.scale, y = node.y * view.scale;
      return { node, box: [x - r, y - r, x + r, y + r] };
    });
    const taken = [];
    const apart = (one, other) => one[2] < other[0] || other[2] < one[0] || one[3] < other[1] || other[3] < one[1];
    const first = chosen ? [chosen, ...chosen.ties.map((tie) => tie.to)] : [];
    for (const node of new Set([chosen || nodes[0], nodes[0], ...first, ...nodes])) {
      if (!node.shown) continue;
      node.wide = node.wide || node.text.getComputedTextLength() + 8;
      const x = node.x * view.scale;
      const y = node.y * view.scale + node.radius;
      const box = [x - node.wide / 2, y, x + node.wide / 2, y + 20];
      const always = node === chosen || node === nodes[0];
      const free = always || taken.every((other) => apart(box, other)) && marks.every((other) => other.node === node || apart(box, other.box));
      node.text.classList.toggle("gone", !free);
      if (free) taken.push(box);
    }
  };

  const fit = () => {
    const seen = nodes.filter((node) => node.shown);
    const xs = seen.map((node) => node.x), ys = seen.map((node) => node.y);
    const wide = map.clientWidth, high = map.clientHeight;
    const span = [Math.max(...xs) - Math.min(...xs) || 1, Math.max(...ys) - Math.min(...ys) || 1];
    const beside = Math.min(160, wide / 5); // for the names at the edges
    view.scale = Math.min((wide - beside) / span[0], (high - 110) / span[1], 900);
    view.x = wide / 2 - (view.scale * (Math.max(...xs) + Math.min(...xs))) / 2;
    view.y = high / 2 - (view.scale * (Math.max(...ys) + Math.min(...ys))) / 2;
    draw();
  };

  const zoom = (factor, x = map.clientWidth / 2, y = map.clientHeight / 2) => {
    const scale = Math.min(Math.max(view.scale * factor, 40), 6000);
    const by = scale / view.scale;
    view = { scale, x: x - (x - view.x) * by, y: y - (y - view.y) * by };
    draw();
  };

  // What is shown ---------------------------------------------------------------------------

  const kinds = [...new Set(nodes.map((node) => node.kind))];
  const names = { person: "people", work: "works", topic: "topics", institution: "institutions" };
  const boxes = kinds.map((kind) => {
    const line = add("label", "", at("kinds"));
    const box = add("input", "", line);
    box.type = "checkbox";
    box.checked = true;
    box.value = kind;
    mark(kind, 7, false, make("g", { transform: "translate(12 10)" }, make("svg", { width: 24, height: 20, "aria-hidden": "true" }, line)));
    line.append(names[kind]);
    box.addEventListener("change", filter);
    return box;
  });
  const years = nodes.map((node) => node.year).filter(Boolean);
  at("years").hidden = years.length === 0;
  for (const [id, year] of [["from", Math.min(...years)], ["to", Math.max(...years)]]) {
    if (!years.length) break;
    at(id).value = at(id).placeholder = year;
    at(id).min = Math.min(...years);
    at(id).max = Math.max(...years);
    at(id).addEventListener("input", filter);
  }
  at("search").addEventListener("input", filter);

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function filter() {
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const from = Number(at("from").value) || -Infinity;
    const to = Number(at("to").value) || Infinity;
    const words = plain(at("search").value).split(/\s+/).filter(Boolean);
    let number = 0;
    for (const node of nodes) {
      const inYears = !node.year || (from <= node.year && node.year <= to);
      node.shown = node.place === 0 || (wanted.has(node.kind) && inYears);
      node.found = words.every((word) => plain(node.label).includes(word));
      node.box.classList.toggle("gone", !node.shown);
      node.entry.hidden = !node.shown || !node.found;
      number += node.shown && node.found ? 1 : 0;
    }
    for (const edge of edges) edge.line.classList.toggle("gone", !edge.one.shown || !edge.other.shown);
    at("count").textContent = number === 1 ? "1 shown" : `${number} shown`;
    light();
    label();
  }

  const light = () => {
    const searched = at("search").value.trim() !== "";
    const near = chosen ? new Set([chosen, ...chosen.ties.map((tie) => tie.to)]) : null;
    for (const node of nodes) {
      const dim = searched ? !node.found : near !== null && !near.has(node);
      node.box.classList.toggle("dim", dim);
      node.box.classList.toggle("chosen", node === chosen);
      node.button.setAttribute("aria-current", String(node === chosen));
    }
    for (const edge of edges) {
      const lit = chosen !== null && (edge.one === chosen || edge.other === chosen);
      edge.line.classList.toggle("lit", lit);
      edge.line.classList.toggle("dim", chosen !== null && !lit);
    }
  };

  // Details ---------------------------------------------------------------------------------

  const entry = (node, about, list) => {
    const item = add("li", "", list);
    const button = add("button", node.label, item);
    button.type = "button";
    if (about) add("small", about, button);
    button.addEventListener("click", () => choose(node));
    return [item, button];
  };

  const choose = (node) => {
    chosen = node;
    const details = at("details");
    details.replaceChildren();
    details.hidden = node === null;
    if (node) {
      add("h2", node.label, details);
      add("p", [node.kind, node.detail].filter(Boolean).join(" · "), details);
      if (node.url) {
        const link = add("a", "Open", add("p", "", details));
        link.href = node.url;
        link.target = "_blank";
        link.rel = "noopener noreferrer";
      }
      const ties = node.ties.filter((tie) => tie.to.shown).sort((a, b) => b.edge.weight - a.edge.weight);
      if (ties.length) {
        const list = add("ul", "", details);
        for (const { to, edge } of ties) entry(to, edge.reason, list);
      }
    }
    light();
    label();
  };

  for (const node of nodes) {
    const tie = node.ties.find(({ to }) => to === nodes[0]);
    const about = [node.kind, node.detail || (tie && tie.edge.reason)].filter(Boolean).join(" · ");
    [node.entry, node.button] = entry(node, about, at("list"));
  }
  at("title").textContent = nodes[0].label;

  // Hands and keys --------------------------------------------------------------------------

  const pointers = new Map();
  let held = null, moved = false, apart = 0;
  map.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, event);
    map.setPointerCapture(event.pointerId);
    const box = event.target.closest(".node");
    held = pointers.size === 1 && box ? nodes.find((node) => node.box === box) : null;
    moved = false;
    map.classList.add("moving");
  });
  map.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
    if (!moved && Math.hypot(dx, dy) < 4) return;
    moved = true;
    pointers.set(event.pointerId, event);
    if (pointers.size === 2) {
      const [one, other] = [...pointers.values()];
      const distance = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      const frame = map.getBoundingClientRect();
      if (apart) zoom(distance / apart, (one.clientX + other.clientX) / 2 - frame.left, (one.clientY + other.clientY) / 2 - frame.top);
      apart = distance;
    } else if (held) {
      held.x += dx / view.scale;
      held.y += dy / view.scale;
      draw();
    } else {
      view.x += dx;
      view.y += dy;
      draw();
    }
  });
  const up = (event) => {
    if (pointers.delete(event.pointerId) && event.type === "pointerup" && !moved) choose(held);
    apart = 0;
    if (!pointers.size) map.classList.remove("moving");
  };
  map.addEventListener("pointerup", up);
  map.addEventListener("pointercancel", up);
  map.addEventListener("wheel", (event) => {
    event.preventDefault();
    const frame = map.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - frame.left, event.clientY - frame.top);
  }, { passive: false });
  at("in").addEventListener("click", () => zoom(1.3));
  at("out").addEventListener("click", () => zoom(1 / 1.3));
  at("fit").addEventListener("click", fit);
  const pan = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  map.addEventListener("keydown", (event) => {
    if (event.key in pan) {
      view.x += pan[event.key][0];
      view.y += pan[event.key][1];
      draw();
    } else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose(null);
    if (event.key === "/" && event.target.tagName !== "INPUT") {
      event.preventDefault();
      at("search").focus();
    }
  });
  window.addEventListener("resize", fit);
  filter();
  fit();
  document.documentElement.dataset.ready = "true";
})();
