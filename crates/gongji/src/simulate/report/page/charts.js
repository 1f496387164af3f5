// Elements, tables and charts. Text is only ever text: whatever something is called, it never becomes markup.

function el(name, attributes = {}, ...children) {
  const svg = ["svg", "g", "rect", "line", "text", "path", "circle"].includes(name);
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) node.setAttribute(key, value);
  node.append(...children.flat().filter(child => child !== undefined && child !== null));
  return node;
}
const put = (id, ...children) => $(id).replaceChildren(...children.flat().filter(Boolean));

// A table: columns [name, isNumber], rows of texts or elements; the last `sums` rows are sums.
function table(columns, rows, sums = 0, caption) {
  const head = el(
    "thead",
    {},
    el(
      "tr",
      {},
      columns.map(([name, n]) => el("th", {scope: "col", class: n ? "n" : ""}, name)),
    ),
  );
  const body = el(
    "tbody",
    {},
    rows.map((row, i) =>
      el(
        "tr",
        {class: i >= rows.length - sums ? "sum" : ""},
        row.map((cell, j) => el("td", {class: columns[j][1] ? "n" : ""}, cell)),
      ),
    ),
  );
  return el("div", {class: "scroll"}, el("table", {}, caption && el("caption", {}, caption), head, body));
}
const shift = (fen, text = yuan(fen)) =>
  el("span", {class: fen > 0 ? "more" : fen < 0 ? "less" : ""}, signed(text, fen));

function legend(series) {
  return series.length > 1
    ? [
        el(
          "div",
          {class: "legend"},
          series.map(s => el("span", {}, el("i", {class: s.cls}), s.name)),
        ),
      ]
    : [];
}
function ticks(least, most) {
  const step = 10 ** Math.floor(Math.log10((most - least || 1) / 4));
  const by = [1, 2, 2.5, 5, 10].map(f => f * step).find(f => (most - least) / f <= 5);
  const list = [];
  for (let v = Math.floor(least / by) * by; v <= most + by * 0.999; v += by) list.push(Math.abs(v) < by / 1e6 ? 0 : v);
  return list;
}
// Groups of bars; a series is {name, cls, values}; `show` makes text of a value.
function bars(id, labels, series, show, what) {
  const W = 960,
    H = 300,
    left = 84,
    right = 8,
    top = 14,
    bottom = 44;
  const all = series.flatMap(s => s.values),
    scale = ticks(Math.min(0, ...all), Math.max(0, ...all));
  const low = scale[0],
    high = scale[scale.length - 1] || 1;
  const y = v => top + ((H - top - bottom) * (high - v)) / (high - low || 1);
  const wide = (W - left - right) / labels.length,
    bar = Math.min(46, (wide * 0.76) / series.length);
  const svg = el("svg", {
    viewBox: `0 0 ${W} ${H}`,
    role: "img",
    tabindex: 0,
    "aria-label": `${what}. ${w("用左右键逐个读数", "arrow keys read the values")}`,
  });
  for (const v of scale)
    svg.append(
      el("line", {x1: left, x2: W - right, y1: y(v), y2: y(v), class: v === 0 ? "axis" : "grid"}),
      el("text", {x: left - 8, y: y(v) + 4, "text-anchor": "end"}, show(v, true)),
    );
  const width = label => [...String(label)].reduce((all, c) => all + (c > "\u2e80" ? 13 : 7.5), 10);
  const every = Math.ceil((labels.length * Math.max(60, ...labels.map(width))) / (W - left));
  labels.forEach((label, i) => {
    const x = left + wide * (i + 0.5);
    if (i % every === 0) svg.append(el("text", {x, y: H - bottom + 20, "text-anchor": "middle"}, label));
    series.forEach((s, k) => {
      const v = s.values[i];
      if (v === undefined) return;
      // Of few people: hidden.
      if (v === null) {
        const at = x + bar * (k + 0.5 - series.length / 2);
        svg.append(el("text", {class: "hidden", x: at, y: y(0) - 4, "text-anchor": "middle"}, "*"));
        return;
      }
      const cls = s.cls === "sign" ? (v < 0 ? "cl" : "cm") : s.clses ? s.clses[i] : s.cls;
      svg.append(
        el("rect", {
          class: `mark ${cls}`,
          x: x + bar * (k - series.length / 2),
          width: bar - 1,
          y: Math.min(y(v), y(0)),
          height: v ? Math.max(1, Math.abs(y(v) - y(0))) : 0,
          "data-value": v,
          "data-series": k,
          "data-label": label,
          "data-tip": `${label}\n${series.length > 1 || s.cls === "sign" ? s.name + " " : ""}${show(v)}`,
        }),
      );
    });
  });
  svg.append(el("line", {x1: left, x2: W - right, y1: y(0), y2: y(0), class: "axis"}));
  put(id, legend(series), svg, behind(labels, series, show));
  reads(svg);
}
// The same numbers as a table, closed at first.
function behind(labels, series, show) {
  const rows = labels.map((label, i) => [
    label,
    ...series.map(s => (s.values[i] === undefined ? "" : s.values[i] === null ? "*" : show(s.values[i]))),
  ]);
  return el(
    "details",
    {class: "data"},
    el("summary", {}, w("看数字", "the numbers")),
    table([["", false], ...series.map(s => [s.name, true])], rows),
  );
}
function tip(mark, x, y) {
  document.querySelectorAll(".mark.on").forEach(other => other.classList.remove("on"));
  $("tip").textContent = mark ? mark.dataset.tip : "";
  if (!mark) return;
  mark.classList.add("on");
  const box = mark.getBoundingClientRect();
  const at = x === undefined ? [box.right, box.top] : [x, y];
  $("tip").style.left = Math.max(4, Math.min(at[0] + 14, innerWidth - 250)) + scrollX + "px";
  $("tip").style.top = at[1] - 10 + scrollY + "px";
}
// Values by mouse, touch and arrow keys.
function reads(svg) {
  let place = -1;
  const marks = [...svg.querySelectorAll(".mark")];
  svg.addEventListener("pointermove", event => tip(event.target.closest(".mark"), event.clientX, event.clientY));
  svg.addEventListener("pointerleave", () => tip(null));
  svg.addEventListener("blur", () => tip(null));
  svg.addEventListener("keydown", event => {
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    if (event.key === "Escape") return tip(null);
    if (!step || !marks.length) return;
    event.preventDefault();
    place = (place + step + marks.length) % marks.length;
    tip(marks[place]);
  });
}
