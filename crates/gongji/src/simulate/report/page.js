"use strict";
// Draws the report from the block of data. Amounts are whole fen. A pair [中文, English] is a text; `t` takes one of them.
const D = JSON.parse(document.getElementById("data").textContent);
const SIDES = D.sides.length, TWO = SIDES > 1;
const S = {lang: document.documentElement.lang === "en" ? "en" : "zh", month: TWO ? "both" : "A", payer: "all", by: "status",
  count: "share", band: "people", decile: "paid", spread: "share", curve: "own", q: "", sort: "", dir: "down", rows: "50"};
const DEFAULTS = {...S};
const $ = id => document.getElementById(id);
const t = pair => pair[S.lang === "en" ? 1 : 0];
const w = (zh, en) => S.lang === "en" ? en : zh;

// ---- words and numbers
const number = new Intl.NumberFormat("en-US");
const count = n => number.format(n);
const fixed = (value, digits) => new Intl.NumberFormat("en-US", {minimumFractionDigits: digits, maximumFractionDigits: digits}).format(value);
const minus = text => text.replace("-", "−");
// A value stated for a trial has no document.
const cited = text => text.replaceAll("--set", w("试算改的值", "value tried"));
const yuan = fen => minus(fixed(fen / 100, 2));
const signed = (text, value) => (value > 0 ? "+" : "") + text;
const percent = (part, whole, digits = 1) => whole ? minus(fixed(100 * part / whole, digits)) + "%" : "—";
function short(fen) {
  const size = Math.abs(fen) / 100;
  const [by, unit] = S.lang === "en"
    ? size >= 1e9 ? [1e9, " bn"] : size >= 1e6 ? [1e6, " m"] : size >= 1e4 ? [1e3, " k"] : [1, ""]
    : size >= 1e8 ? [1e8, " 亿"] : size >= 1e4 ? [1e4, " 万"] : [1, ""];
  const digits = by === 1 ? 0 : size / by >= 100 ? 0 : size / by >= 10 ? 1 : 2;
  return minus(fixed(fen / 100 / by, digits)) + unit;
}
const money = fen => w(short(fen) + (short(fen).match(/[亿万]/) ? "元" : " 元"), "¥" + short(fen)).replace("¥−", "−¥");
const side = s => SIDES === 1 ? t(D.sides[0].name) : s === 0 ? w("A 现行", "A now") : w("B 改革", "B reform");
const LABELS = {both: ["A 和 B", "A and B"], A: ["A 现行", "A now"], B: ["B 改革", "B reform"], difference: ["B − A", "B − A"],
  share: ["占人数", "share of people"], people: ["人数", "people"], yuan: ["金额", "amount"],
  paid: ["基金支付", "paid by funds"], own: ["个人负担", "left to people"], burden: ["负担比例", "share left to people"], shift: ["B − A", "B − A"],
  spending: ["基金支付（按费用排序）", "paid by funds, in order of spending"]};

// ---- elements: text is only ever text
function el(name, attributes = {}, ...children) {
  const svg = ["svg", "g", "rect", "line", "text", "path", "circle"].includes(name);
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== false) node.setAttribute(key, value);
  node.append(...children.flat().filter(child => child !== undefined && child !== null));
  return node;
}
const put = (id, ...children) => $(id).replaceChildren(...children.flat().filter(Boolean));

// A table: columns [name, isNumber], rows of texts or elements; the last `sums` rows are sums.
function table(columns, rows, sums = 0, caption) {
  const head = el("thead", {}, el("tr", {}, columns.map(([name, n]) => el("th", {scope: "col", class: n ? "n" : ""}, name))));
  const body = el("tbody", {}, rows.map((row, i) => el("tr", {class: i >= rows.length - sums ? "sum" : ""},
    row.map((cell, j) => el("td", {class: columns[j][1] ? "n" : ""}, cell)))));
  return el("div", {class: "scroll"}, el("table", {}, caption && el("caption", {}, caption), head, body));
}
const shift = (fen, text = yuan(fen)) => el("span", {class: fen > 0 ? "more" : fen < 0 ? "less" : ""}, signed(text, fen));

// ---- charts
function legend(series) {
  return series.length > 1 ? [el("div", {class: "legend"}, series.map(s => el("span", {}, el("i", {class: s.cls}), s.name)))] : [];
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
  const W = 960, H = 300, left = 84, right = 8, top = 14, bottom = 44;
  const all = series.flatMap(s => s.values), scale = ticks(Math.min(0, ...all), Math.max(0, ...all));
  const low = scale[0], high = scale[scale.length - 1] || 1;
  const y = v => top + (H - top - bottom) * (high - v) / (high - low || 1);
  const wide = (W - left - right) / labels.length, bar = Math.min(46, wide * 0.76 / series.length);
  const svg = el("svg", {viewBox: `0 0 ${W} ${H}`, role: "img", tabindex: 0, "aria-label": `${what}. ${w("用左右键逐个读数", "arrow keys read the values")}`});
  for (const v of scale) svg.append(el("line", {x1: left, x2: W - right, y1: y(v), y2: y(v), class: v === 0 ? "axis" : "grid"}),
    el("text", {x: left - 8, y: y(v) + 4, "text-anchor": "end"}, show(v, true)));
  const every = Math.ceil(labels.length * 9 * Math.max(6, ...labels.map(l => String(l).length)) / (W - left));
  labels.forEach((label, i) => {
    const x = left + wide * (i + 0.5);
    if (i % every === 0) svg.append(el("text", {x, y: H - bottom + 20, "text-anchor": "middle"}, label));
    series.forEach((s, k) => {
      const v = s.values[i];
      if (v === undefined) return;
      const cls = s.cls === "sign" ? v < 0 ? "cl" : "cm" : s.clses ? s.clses[i] : s.cls;
      svg.append(el("rect", {class: `mark ${cls}`, x: x + bar * (k - series.length / 2), width: bar - 1, y: Math.min(y(v), y(0)),
        height: v ? Math.max(1, Math.abs(y(v) - y(0))) : 0, "data-value": v, "data-series": k, "data-label": label,
        "data-tip": `${label}\n${series.length > 1 || s.cls === "sign" ? s.name + " " : ""}${show(v)}`}));
    });
  });
  put(id, legend(series), svg, behind(labels, series, show));
  reads(svg);
}
// The same numbers as a table, closed at first.
function behind(labels, series, show) {
  const rows = labels.map((label, i) => [label, ...series.map(s => s.values[i] === undefined ? "" : show(s.values[i]))]);
  return el("details", {class: "data"}, el("summary", {}, w("看数字", "the numbers")), table([["", false], ...series.map(s => [s.name, true])], rows));
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

// ---- sections
const sum = (list, of) => list.reduce((all, one) => all + of(one), 0);
const spent = () => D.claims.in_scope + D.claims.outside;
const paid = s => D.payers.sides[s].all;

function head() {
  const span = `${D.claims.first} ${w("至", "to")} ${D.claims.last}`;
  const names = D.sides.map(s => t(s.name));
  const values = n => n.includes("=") ? w("在现行政策上改数值，见“比较了什么”", "values changed over the policy in force, see “What was compared”") : n;
  put("subject", (TWO ? w("现行政策（A）：", "In force (A): ") + names[0] + w("；改革方案（B）：", "; reform (B): ") + values(names[1]) : names[0])
    + w("。", ". ") + w(`单据 ${span}，${count(D.claims.claims)} 张，${count(D.claims.people)} 人。`,
      `Claims from ${span}: ${count(D.claims.claims)}, of ${count(D.claims.people)} people.`)
    + (D.claims.buckets < D.claims.of_buckets ? w(`只含 ${count(D.claims.of_buckets)} 个分桶中的 ${count(D.claims.buckets)} 个，不是全部。`, ` Only ${count(D.claims.buckets)} of ${count(D.claims.of_buckets)} buckets: not all claims.`) : ""));
  const sections = [...document.querySelectorAll("main section")].filter(s => !s.hidden && !(s.classList.contains("two") && !TWO));
  put("contents", sections.map(s => el("a", {href: "#" + s.id}, s.querySelector(w("h2 .zh", "h2 .en")).textContent)));
  $("language").textContent = w("English", "中文");
  document.title = w("门诊共济政策试算报告", "Trial of an outpatient pooling policy") + " — " + names[0];
}

function headline() {
  const boxes = [];
  const box = (name, value, more, cls, raw) => boxes.push(el("div", {class: "figure"}, el("span", {}, name), el("b", {class: cls || "", "data-value": raw}, value), el("span", {}, more)));
  if (!TWO) {
    box(w("基金支付", "Paid by the funds"), money(paid(0)), `${yuan(paid(0))} ${w("元", "yuan")}`, "", paid(0));
    box(w("个人负担", "Left to people"), money(spent() - paid(0)), w("占费用 ", "of spending ") + percent(spent() - paid(0), spent()), "", spent() - paid(0));
    put("figures", boxes);
    put("sentence", w(`费用合计 ${money(spent())}，基金付 ${percent(paid(0), spent())}。`, `Of ${money(spent())} spent, the funds pay ${percent(paid(0), spent())}.`));
    return;
  }
  const change = paid(1) - paid(0), people = D.claims.people;
  const won = sum(D.segments, s => s.winners[0]), lost = sum(D.segments, s => s.losers[0]);
  const verb = change > 0 ? w("基金多付", "The funds pay more") : change < 0 ? w("基金少付", "The funds pay less") : w("基金支付不变", "The funds pay the same");
  box(verb, money(Math.abs(change)), `A ${money(paid(0))} → B ${money(paid(1))}${w("，", ", ")}${signed(percent(change, paid(0)), change)}`, "", change);
  box(change > 0 ? w("个人少付", "People pay less") : w("个人多付", "People pay more"), money(Math.abs(change)),
    w("负担占费用 ", "left to people, of spending: ") + `${percent(spent() - paid(0), spent())} → ${percent(spent() - paid(1), spent())}`, "", -change);
  box(w("多得的人", "People who gain"), count(won), w(`${percent(won, people)}，共多得 `, `${percent(won, people)}, in all `) + money(sum(D.segments, s => s.winners[1])), "more", won);
  box(w("少得的人", "People who lose"), count(lost), w(`${percent(lost, people)}，共少得 `, `${percent(lost, people)}, in all `) + money(sum(D.segments, s => s.losers[1])), "less", lost);
  put("figures", boxes);
  const of100 = n => fixed(100 * n / (people || 1), 0);
  put("sentence", w(
    `在就诊行为不变时，按改革方案全年${verb} ${money(Math.abs(change))}（${signed(percent(change, paid(0)), change)}）。每 100 个有单据的人里，约 ${of100(won)} 人多得，${of100(lost)} 人少得，${of100(people - won - lost)} 人不变。`,
    `If people seek care as before, over the year ${verb.toLowerCase()}: ${money(Math.abs(change))} (${signed(percent(change, paid(0)), change)}). Of 100 people with claims about ${of100(won)} gain, ${of100(lost)} lose and ${of100(people - won - lost)} see no change.`));
}

const PAYERS = () => [["all", w("全部基金", "all funds"), p => p.all], ...D.payers.funds.map((f, i) => ["f" + i, t(f), p => p.funds[i]]),
  ["own", w("个人负担", "left to people"), (p, of) => of.in_scope + of.outside - p.all], ["deductible", w("其中起付标准", "of it deductible"), p => p.deductible]];

function payers() {
  const columns = [[w("付费方（元）", "payer (yuan)"), false], ...D.sides.map((_, s) => [side(s), true])];
  if (TWO) columns.push(["B − A", true], [w("变化", "change"), true]);
  const rows = PAYERS().slice(1).map(([, name, of]) => {
    const values = D.payers.sides.map(p => of(p, D.claims));
    const cells = [name, ...values.map(yuan)];
    const change = values[1] - values[0];
    return TWO ? [...cells, el("span", {"data-value": change}, minus(signed(yuan(change), change))), signed(percent(change, values[0]), change)] : cells;
  });
  rows.push([w("费用合计", "all spending"), ...D.sides.map(() => yuan(spent())), ...(TWO ? ["", ""] : [])]);
  put("payers", table(columns, rows, 1));
}

function months() {
  const [, name, of] = PAYERS().find(([code]) => code === S.payer) || PAYERS()[0];
  const value = (m, s) => of(m.paid[s], m);
  const each = D.sides.map((_, s) => ({name: side(s), cls: "c" + (TWO ? s : 1), values: D.months.map(m => value(m, s))}));
  const series = !TWO ? each : S.month === "A" ? [each[0]] : S.month === "B" ? [each[1]]
    : S.month === "difference" ? [{name: "B − A", cls: "sign", values: D.months.map(m => value(m, 1) - value(m, 0))}] : each;
  bars("months", D.months.map(m => m.month), series, (v, axis) => axis ? short(v) : yuan(v) + w(" 元", " yuan"), w("按月：", "by month: ") + name);
}

function compared() {
  const rows = D.sides.flatMap((s, i) => s.versions.map(v => [TWO ? "AB"[i] : "", t(s.name).includes("=") ? el("code", {}, t(s.name)) : t(s.name), v.from || v.to ? `${v.from || ""} — ${v.to || ""}` : w("全部单据", "all claims"), cited(v.documents.join("；")), el("code", {title: v.version}, v.version.slice(0, 12))]));
  put("sides", table([["", false], [w("政策", "policy"), false], [w("适用", "holds"), false], [w("文件", "documents"), false], [w("版本", "version"), false]], rows));
  if (TWO) put("changes", (D.changes || []).map((pair, i) => {
    const lines = t(pair.lines).flatMap(c => c.lines.map((l, k) => [k ? "" : c.name, l.place || w("全部", "everybody"), l.before || "—", l.after || "—",
      l.better ? el("span", {class: l.better > 0 ? "more" : "less"}, l.better > 0 ? w("▲ 有利", "▲ better") : w("▼ 不利", "▼ worse")) : "",
      [cited(l.articles), l.unverified ? el("span", {class: "warn"}, w("⚠ 未核实", "⚠ unverified")) : ""]]));
    return [D.changes.length > 1 ? el("p", {class: "note"}, w("自 ", "from ") + pair.from) : null,
      lines.length ? table([[w("项目", "what"), false], [w("对谁", "for whom"), false], ["A", false], ["B", false], [w("对参保人", "for the insured"), false], [w("依据", "articles"), false]], lines)
        : el("p", {}, w("没有差别", "no difference"))];
  }).flat());
  put("claims", table([["", false], ["", true]], [
    [w("单据（冲销已扣除）", "claims, less reversals"), count(D.claims.claims)], [w("人", "people"), count(D.claims.people)],
    [w("月份", "months"), `${D.claims.first} — ${D.claims.last}`], [w("政策范围内（元）", "in scope (yuan)"), yuan(D.claims.in_scope)],
    [w("政策范围外（元）", "outside the scope (yuan)"), yuan(D.claims.outside)], [w("费用合计（元）", "all spending (yuan)"), yuan(spent())]]));
}

const chosen = () => D.segments.filter(s => D.words.every((d, i) => !S["f_" + d.code] || S["f_" + d.code] === "=" + s.at[i]));
// Segments put together by one division.
function grouped(code) {
  const place = D.words.findIndex(d => d.code === code), groups = new Map();
  for (const s of chosen()) {
    const g = groups.get(s.at[place]) || {people: 0, winners: [0, 0], losers: [0, 0], limit: D.sides.map(() => [0, 0, 0])};
    g.people += s.people;
    for (const k of ["winners", "losers"]) g[k] = g[k].map((v, i) => v + s[k][i]);
    g.limit = g.limit.map((l, i) => l.map((v, k) => v + s.limit[i][k]));
    groups.set(s.at[place], g);
  }
  const order = [...groups.entries()].filter(([, g]) => g.people > 0).sort(([a], [b]) => a < b ? -1 : 1);
  return order.map(([key, g]) => [t(D.words[place].values[key]), g]);
}

function winners() {
  if (!TWO) return;
  const groups = grouped(S.by), k = S.count === "yuan" ? 1 : 0;
  const of = (g, key, sign) => S.count === "share" ? sign * 100 * g[key][0] / g.people : sign * g[key][k];
  const show = S.count === "share" ? (v, axis) => minus(fixed(v, axis ? 0 : 1)) + "%" : S.count === "yuan" ? (v, axis) => axis ? short(v) : yuan(v) + w(" 元", " yuan") : v => minus(count(v));
  bars("changers", groups.map(([name]) => name), [
    {name: w("多得", "gain"), cls: "cm", values: groups.map(([, g]) => of(g, "winners", 1))},
    {name: w("少得", "lose"), cls: "cl", values: groups.map(([, g]) => of(g, "losers", -1))}], show, w("多得和少得的人", "people who gain and lose"));
  const row = (name, g) => [name, count(g.people), count(g.winners[0]), percent(g.winners[0], g.people), yuan(g.winners[1]), count(g.losers[0]), percent(g.losers[0], g.people), yuan(g.losers[1]), shift(g.winners[1] - g.losers[1])];
  const all = groups.reduce((sums, [, g]) => ({people: sums.people + g.people, winners: sums.winners.map((v, i) => v + g.winners[i]), losers: sums.losers.map((v, i) => v + g.losers[i])}), {people: 0, winners: [0, 0], losers: [0, 0]});
  $("changers").querySelector("details").replaceWith(table([["", false], [w("人", "people"), true], [w("多得", "gain"), true], ["%", true], [w("共多得（元）", "in all (yuan)"), true], [w("少得", "lose"), true], ["%", true], [w("共少得（元）", "in all (yuan)"), true], [w("合计（元）", "together (yuan)"), true]],
    [...groups.map(([name, g]) => row(name, g)), row(w("合计", "all"), all)], 1));
}

const bound = fen => fen < 1000000 ? String(fen / 100) : S.lang === "en" ? fen / 100000 + "k" : fen / 1000000 + "万";
const bounds = (list, i) => i >= list.length ? bound(list[i - 1]) + w("以上", "+") : `${bound(list[i - 1])}–${bound(list[i])}`;
function bands() {
  if (!D.bands) return;
  const k = S.band === "yuan" ? 1 : 0, {bounds: edges, gained, lost} = D.bands, n = gained.length;
  const order = [...Array(n - 1).keys()].map(i => i + 1);
  const labels = [...order.slice().reverse().map(i => w("少 ", "−") + bounds(edges, i)), ...order.map(i => w("多 ", "+") + bounds(edges, i))];
  const values = [...order.slice().reverse().map(i => (k ? -1 : 1) * lost[i][k]), ...order.map(i => gained[i][k])];
  const clses = [...order.map(() => "cl"), ...order.map(() => "cm")];
  bars("bands", labels, [{name: k ? w("金额", "amount") : w("人", "people"), cls: "cm", clses, values}], k ? (v, axis) => axis ? short(v) : yuan(v) + w(" 元", " yuan") : v => count(v), w("差额（元）", "difference (yuan)"));
  $("bands").querySelector("svg").before(el("p", {class: "note"}, w("横轴：每人全年差额（元），左边少得，右边多得。", "Across: difference of a person over the year in yuan; left who loses, right who gains.")));
}

function deciles() {
  const labels = D.deciles.map((_, i) => w(`第 ${i + 1} 份`, `${i + 1}`));
  const view = !TWO && S.decile === "shift" ? "paid" : S.decile;
  const of = (d, s) => view === "burden" ? d.burden[s] / 100 : view === "own" ? d.own[s] : d.paid[s];
  const series = view === "shift" ? [{name: w("基金 B − A", "funds B − A"), cls: "sign", values: D.deciles.map(d => d.paid[1] - d.paid[0])}]
    : D.sides.map((_, s) => ({name: side(s), cls: "c" + (TWO ? s : 1), values: D.deciles.map(d => of(d, s))}));
  bars("tenths", labels, series, view === "burden" ? (v, axis) => fixed(v, axis ? 0 : 2) + "%" : (v, axis) => axis ? short(v) : yuan(v) + w(" 元", " yuan"), w("十等分", "tenths") + ": " + t(LABELS[view]));
  const columns = [["", false], [w("人", "people"), true], [w("费用低于", "spend below"), true], [w("政策范围内", "in scope"), true],
    ...D.sides.map((_, s) => [w("基金 ", "funds ") + "AB"[s], true]), ...D.sides.map((_, s) => [w("个人 ", "left ") + "AB"[s], true]), ...D.sides.map((_, s) => [w("负担 ", "share ") + "AB"[s], true])];
  const rows = D.deciles.map((d, i) => [labels[i], count(d.people), yuan(d.upto), yuan(d.in_scope), ...d.paid.map(yuan), ...d.own.map(yuan), ...d.burden.map(v => fixed(v / 100, 2) + "%")]);
  $("tenths").querySelector("details").replaceWith(el("details", {class: "data"}, el("summary", {}, w("看数字（元）", "the numbers (yuan)")), table(columns, rows)));
}

function own() {
  const {bounds: edges, bands: all} = D.own, share = S.spread === "share", people = D.claims.people || 1;
  const labels = all[0].map((_, i) => i === 0 ? "0" : bounds(edges, i));
  bars("ownbands", labels, D.sides.map((_, s) => ({name: side(s), cls: "c" + (TWO ? s : 1), values: all[s].map(([n]) => share ? 100 * n / people : n)})),
    share ? (v, axis) => fixed(v, axis ? 0 : 2) + "%" : v => count(v), w("按全年个人负担（元）分的人", "people by what is left to them over the year (yuan)"));
  const above = (s, i) => sum(all[s].slice(i + 1), ([n]) => n);
  const columns = [[w("个人负担超过（元）", "more than (yuan)"), false], ...D.sides.flatMap((_, s) => [[side(s) + w("，人", ", people"), true], ["%", true]])];
  if (TWO) columns.push(["B − A", true]);
  put("thresholds", table(columns, edges.map((edge, i) => {
    const cells = [count(edge / 100), ...D.sides.flatMap((_, s) => [count(above(s, i)), percent(above(s, i), people, 2)])];
    if (TWO) cells.push(shiftCount(above(1, i) - above(0, i)));
    return cells;
  })));
  const q = D.own.quantiles.map((q, i) => [q === 500 ? w("中位数", "median") : `${q / 10}%`, ...D.own.own.map(side => yuan(side[i])), ...D.own.paid.map(side => yuan(side[i]))]);
  put("quantiles", table([[w("这么多人不超过", "so many people have at most"), false], ...D.sides.map((_, s) => [w("个人负担 ", "left to people ") + (TWO ? "AB"[s] : ""), true]), ...D.sides.map((_, s) => [w("基金支付 ", "paid by funds ") + (TWO ? "AB"[s] : ""), true])], q));
}
// More people above a limit or threshold is not good.
const shiftCount = n => el("span", {class: n < 0 ? "more" : n > 0 ? "less" : ""}, minus(signed(count(n), n)));

function lorenz() {
  const curves = D.lorenz[S.curve] || D.lorenz.own, W = 960, H = 440, left = 300, size = 380, top = 12;
  const svg = el("svg", {viewBox: `0 0 ${W} ${H}`, role: "img", tabindex: 0, "aria-label": w("洛伦兹曲线", "Lorenz curve") + ": " + t(LABELS[S.curve])});
  const x = v => left + size * v, y = v => top + size * (1 - v);
  for (const v of [0, 0.25, 0.5, 0.75, 1]) svg.append(el("line", {class: v ? "grid" : "axis", x1: x(0), x2: x(1), y1: y(v), y2: y(v)}), el("line", {class: v ? "grid" : "axis", y1: y(0), y2: y(1), x1: x(v), x2: x(v)}),
    el("text", {x: x(v), y: y(0) + 18, "text-anchor": "middle"}, v * 100 + "%"), el("text", {x: x(0) - 8, y: y(v) + 4, "text-anchor": "end"}, v * 100 + "%"));
  svg.append(el("line", {class: "axis", "stroke-dasharray": "5 4", x1: x(0), y1: y(0), x2: x(1), y2: y(1)}), el("text", {x: x(0.5), y: H - 6, "text-anchor": "middle"}, S.curve === "spending" ? w("人（按费用从低到高）", "people, least spending first") : w("人（从少到多）", "people, least first")),
    el("text", {x: 14, y: top + 14}, w("占", "share of ") + t(LABELS[S.curve]).replace(/（.*|,.*/, "") + w("的份额", "")));
  const series = curves.map((c, s) => ({name: `${side(s)}  ${S.curve === "spending" ? w("集中指数", "concentration") : w("基尼系数", "Gini")} ${c.gini === null ? "—" : minus(fixed(c.gini / 10000, 4))}`, cls: "c" + (TWO ? s : 1)}));
  curves.forEach((c, s) => {
    const [n, all] = c.points[c.points.length - 1];
    const at = c.points.map(([p, a]) => [p / (n || 1), a / (all || 1)]);
    svg.append(el("path", {class: "c" + (TWO ? s : 1), d: at.map(([p, a], i) => (i ? "L" : "M") + x(p).toFixed(2) + " " + y(a).toFixed(2)).join("")}));
    at.forEach(([p, a], i) => (i % 5 === 0 || i === at.length - 1) && svg.append(el("circle", {class: "mark c" + (TWO ? s : 1), cx: x(p), cy: y(a), r: 4.2, "data-value": c.points[i][1], "data-series": s,
      "data-tip": `${side(s)}\n${percent(p, 1)} ${w("的人占", "of people have")} ${percent(a, 1)}\n${yuan(c.points[i][1])} ${w("元", "yuan")}`})));
  });
  put("curves", legend(series.length > 1 ? series : [...series, ...[]]), svg, series.length > 1 ? null : el("p", {}, series[0].name));
  reads(svg);
  const error = Math.max(...curves.map(c => c.error || 0));
  put("gini", S.curve === "spending" ? w("人按全年费用从低到高排列；曲线在对角线下方越远，钱越集中在费用高的人身上。", "People in order of their spending of the year; the further below the diagonal, the more goes to those who spend much.")
    : w(`0 为人人一样，1 为全归一人。由分箱算出，真值不会小，最多大 ${fixed((error + 0.5) / 10000, 5)}。只算有单据的人。`, `0: all have the same; 1: one has everything. Read from bins: the true value is no smaller, and at most ${fixed((error + 0.5) / 10000, 5)} greater. Only people with claims.`));
}

function limits() {
  const groups = grouped(S.by), rows = [];
  const all = {people: sum(groups, ([, g]) => g.people), limit: D.sides.map((_, s) => [0, 1, 2].map(k => sum(groups, ([, g]) => g.limit[s][k])))};
  for (const [name, g] of [...groups, [w("合计", "all"), all]]) rows.push([name, count(g.people),
    ...g.limit.flatMap(([people, claims, cut]) => [el("span", {"data-value": people}, count(people)), percent(people, g.people, 2), count(claims), yuan(cut)]), ...(TWO ? [shiftCount(g.limit[1][0] - g.limit[0][0])] : [])]);
  const columns = [[t(D.words.find(d => d.code === S.by).name), false], [w("人", "people"), true]];
  D.sides.forEach((_, s) => columns.push([w("封顶的人 ", "people above ") + (TWO ? "AB"[s] : ""), true], ["%", true], [w("单据 ", "claims ") + (TWO ? "AB"[s] : ""), true], [w("截去（元）", "cut off (yuan)"), true]));
  if (TWO) columns.push([w("人 B − A", "people B − A"), true]);
  put("limits", table(columns, rows, 1));
}

function institutions() {
  if (!D.institutions) return;
  const level = code => { if (!code) return code === null ? "" : "—"; const d = D.words.find(d => d.code === "level"); return d.values[code] ? t(d.values[code]) : code; };
  const revenue = ([, , , all]) => all, last = SIDES - 1;
  const columns = [["name", w("机构", "institution"), r => r[0] || w("（未填）", "(not given)"), false], ["level", w("等级", "level"), r => level(r[1]), false], ["claims", w("单据", "claims"), r => r[2], true, count],
    ["spent", w("费用合计（元）", "spending (yuan)"), revenue, true, yuan], ...D.sides.map((_, s) => ["paid" + s, w("基金 ", "funds ") + (TWO ? "AB"[s] : w("（元）", "(yuan)")), r => r[5][s], true, yuan]),
    ...D.sides.map((_, s) => ["share" + s, w("基金占费用 ", "funds’ share ") + (TWO ? "AB"[s] : ""), r => r[3] ? r[5][s] / r[3] : 0, true, v => percent(v, 1)])];
  if (TWO) columns.push(["shift", "B − A", r => r[5][last] - r[5][0], true, v => shift(v)]);
  const wanted = S.q.trim().toLowerCase();
  const rows = D.institutions.rows.filter(r => r[0].toLowerCase().includes(wanted));
  const by = columns.find(([code]) => code === S.sort), down = S.dir === "down" ? -1 : 1;
  if (by) rows.sort((a, b) => { const [x, y] = [by[2](a), by[2](b)]; return down * (x < y ? -1 : x > y ? 1 : 0) || (a[0] < b[0] ? -1 : 1); });
  const head = el("tr", {}, columns.map(([code, name, , n]) => {
    const button = el("button", {type: "button"}, name);
    button.addEventListener("click", () => { set({sort: code, dir: S.sort === code && S.dir === "down" ? "up" : "down"}); $("places").querySelectorAll("th button")[columns.findIndex(c => c[0] === code)].focus(); });
    return el("th", {scope: "col", class: n ? "n" : "", "aria-sort": S.sort === code ? (S.dir === "down" ? "descending" : "ascending") : "none"}, button);
  }));
  const cells = r => columns.map(([code, , of, n, show]) => el("td", {class: n ? "n" : "", "data-value": n && code !== "share0" && code !== "share1" ? of(r) : undefined}, show ? show(of(r)) : of(r)));
  const shown = rows.slice(0, Number(S.rows)), [claims, all, scope, funds] = D.institutions.rest;
  const body = shown.map(r => el("tr", {}, cells(r)));
  const together = (name, list) => el("tr", {class: "sum"}, cells([name, null, sum(list, r => r[2]), sum(list, r => r[3]), sum(list, r => r[4]), D.sides.map((_, s) => sum(list, r => r[5][s]))]));
  const rest = ["", "", claims, all, scope, funds];
  if (!wanted && D.institutions.others) body.push(el("tr", {}, cells([w(`其余 ${count(D.institutions.others)} 家`, `${count(D.institutions.others)} others`), null, ...rest.slice(2)])));
  body.push(together(wanted ? w("找到的合计", "all found") : w("全部机构", "all institutions"), wanted ? rows : [...D.institutions.rows, rest]));
  const more = el("button", {type: "button", id: "moreplaces"}, w(`再显示（共 ${count(rows.length)} 家）`, `show more (of ${count(rows.length)})`));
  more.addEventListener("click", () => set({rows: String(Number(S.rows) + 200)}));
  put("places", el("div", {class: "scroll"}, el("table", {}, el("thead", {}, head), el("tbody", {}, body))), rows.length > shown.length ? more : null);
  $("found").textContent = wanted ? w(`找到 ${count(rows.length)} 家`, `${count(rows.length)} found`) : "";
}

function examples() {
  if (!D.examples) return;
  const open = [...document.querySelectorAll("#persons details")].map(d => d.open);
  put("persons", D.examples.map(p => {
    const columns = [["", false], [w("服务日期", "day"), false], [w("政策范围内", "in scope"), true], [w("范围外", "outside"), true], [w("基金 A", "funds A"), true], [w("基金 B", "funds B"), true], ["B − A", true]];
    const together = (name, list) => [name, "", yuan(sum(list, c => c.in_scope)), yuan(sum(list, c => c.outside)), ...[0, 1].map(s => yuan(sum(list, c => c.paid[s]))), shift(sum(list, c => c.paid[1] - c.paid[0]))];
    const row = c => [count(p.claims.indexOf(c) + 1), c.day, yuan(c.in_scope), yuan(c.outside), ...c.paid.map(yuan), shift(c.paid[1] - c.paid[0])];
    const differ = p.claims.filter(c => c.paid[0] !== c.paid[1]), same = p.claims.filter(c => c.paid[0] === c.paid[1]);
    const rows = [...differ.map(row), ...(same.length ? [together(w(`其余 ${same.length} 张`, `${same.length} others`), same)] : []), together(w("合计", "all"), p.claims)];
    const said = p.claims.map((c, i) => [c, i]).filter(([c]) => c.told && c.paid[0] !== c.paid[1]);
    const why = said.map(([c, i]) => [el("h4", {}, w(`第 ${i + 1} 张，`, `Claim ${i + 1}, `) + c.day + w("：A ", ": A ") + yuan(c.paid[0]) + " → B " + yuan(c.paid[1])),
      el("div", {class: "told"}, c.told.map((one, s) => { const {title, sentences} = t(one); return el("div", {}, el("b", {}, side(s)), " ", title, el("ol", {}, sentences.map(([level, text, articles, unverified]) =>
        el("li", {class: "l" + level}, text, articles.length ? el("cite", {}, cited(articles.join("；"))) : null, (articles.includes("--set") ? [] : unverified).map(u => el("span", {class: "warn"}, w("⚠ 未核实：", "⚠ unverified: ") + u)))))); }))]);
    const rest = differ.length - said.length;
    return el("details", {class: "person", "data-value": p.difference}, el("summary", {}, t(p.label), p.name ? w("（", " (") + p.name + w("）", ")") : "", w("：基金全年 A ", ": funds over the year A "), yuan(p.paid[0]), " → B ", yuan(p.paid[1]), w(" 元，", " yuan, "), shift(p.difference)),
      table(columns, rows, 1),
      same.length ? el("details", {}, el("summary", {}, w(`两种政策结果相同的单据（${same.length} 张）`, `claims that come to the same (${same.length})`)), table(columns, same.map(row))) : null,
      el("details", {}, el("summary", {}, w(`两种政策结果不同的单据，逐步说明（${said.length} 张）`, `claims that come to different amounts, step by step (${said.length})`)), why.flat(),
        rest > 0 ? el("p", {class: "note"}, w(`另有 ${rest} 张差额较小，未展开；gongji simulate --explain 会全部列出。`, `${rest} more with smaller differences are not spelt out; gongji simulate --explain lists them all.`)) : null));
  }));
  document.querySelectorAll("#persons details").forEach((d, i) => { d.open = open.length ? open[i] : false; });
}

function again() {
  const control = D.control.map((c, s) => [TWO ? side(s) : "", count(c.paid_claims), String(c.check), count(c.general), c.refused.map(r => `${t(r.why)} ${count(r.count)}`).join(w("；", "; ")) || "—"]);
  put("again", el("pre", {}, D.command), el("p", {}, w("程序 gongji ", "Program gongji ") + D.program + w("。同样的单据、同样版本的政策，得到同样的数和同样的校验数。", ". The same claims under the same versions of the policies come to the same figures and check sums.")),
    table([["", false], [w("基金有支付的单据", "claims paid by a fund"), true], [w("校验数", "check"), true], [w("逐张结算的人", "people settled bill by bill"), true], [w("未结算的单据", "claims not settled"), false]], control),
    el("p", {class: "note"}, w(`读入 ${count(D.claims.rows)} 行，${count(D.claims.buckets)} 个分桶，范围内金额 ${yuan(D.claims.fen)} 元（冲销前）。`, `${count(D.claims.rows)} rows in ${count(D.claims.buckets)} buckets, ${yuan(D.claims.fen)} yuan in scope before reversals.`)),
    ...D.sides.flatMap((s, i) => s.versions.map(v => el("p", {class: "note"}, (TWO ? "AB"[i] + "  " : "") + (v.from || "…") + " ", el("code", {}, v.version)))));
  const doubtful = D.changes ? D.changes.flatMap(pair => t(pair.lines)).filter(c => c.lines.some(l => l.unverified)).map(c => c.name) : [];
  $("unverified").hidden = !doubtful.length;
  $("unverified").textContent = w("下列改动的原值或新值没有公开文件可核实：", "Old or new values of these changes are not verified by a published text: ") + [...new Set(doubtful)].join(w("、", ", "));
}

// ---- views: kept behind the # of the address, so that a view can be linked to
const DRAW = [head, headline, payers, months, compared, winners, bands, deciles, own, lorenz, limits, institutions, examples, again];
function draw() {
  document.documentElement.lang = S.lang === "en" ? "en" : "zh-CN";
  document.documentElement.classList.toggle("one", !TWO);
  $("institutions").hidden = !D.institutions;
  $("examples").hidden = !D.examples;
  tip(null);
  DRAW.forEach(section => section());
  document.querySelectorAll("[data-key] button").forEach(b => b.setAttribute("aria-pressed", b.dataset.option === S[b.parentNode.dataset.key]));
  document.querySelectorAll("option").forEach(o => { o.textContent = t(JSON.parse(o.dataset.words)); });
  document.querySelectorAll("select[data-key],input[data-key]").forEach(c => { if (c.value !== (S[c.dataset.key] || "")) c.value = S[c.dataset.key] || ""; });
  document.documentElement.dataset.drawn = DRAW.length;
}
function set(changes) {
  Object.assign(S, changes);
  const differs = Object.entries(S).filter(([key, value]) => value !== (DEFAULTS[key] ?? ""));
  history.replaceState(null, "", "#" + (differs.map(pair => pair.map(encodeURIComponent).join("=")).join("&") || "view=first"));
  draw();
}
function read() {
  const asked = location.hash.slice(1);
  if (!asked.includes("=")) return;
  Object.assign(S, DEFAULTS, Object.fromEntries(new URLSearchParams(asked)));
  delete S.view;
}
function controls() {
  const option = (value, words) => el("option", {value, "data-words": JSON.stringify(words)});
  document.querySelectorAll("[data-options]").forEach(group => {
    let options = group.dataset.options.split(",");
    if (!TWO) options = options.filter(o => !["both", "B", "difference", "shift"].includes(o));
    group.append(...options.map(o => {
      const button = el("button", {type: "button", "data-option": o}, el("span", {class: "zh"}, LABELS[o][0]), el("span", {class: "en"}, LABELS[o][1]));
      button.addEventListener("click", () => set({[group.dataset.key]: o}));
      return button;
    }));
  });
  const several = D.words.filter(d => Object.keys(d.values).length > 1);
  const lang = S.lang, names = l => { S.lang = l; return PAYERS().map(p => p[1]); }, zh = names("zh"), en = names("en");
  S.lang = lang;
  $("payer").append(...PAYERS().map(([code], i) => option(code, [zh[i], en[i]])));
  $("by").append(...(several.length ? several : D.words.slice(0, 1)).map(d => option(d.code, d.name)));
  if (several.length && !several.some(d => d.code === "status")) S.by = DEFAULTS.by = several[0].code;
  $("filters").append(...several.map(d => el("label", {}, el("span", {class: "zh"}, d.name[0] + " "), el("span", {class: "en"}, d.name[1] + " "),
    el("select", {"data-key": "f_" + d.code}, option("", ["全部", "all"]), Object.entries(d.values).map(([code, words]) => option("=" + code, words))))));
  document.querySelectorAll("select[data-key]").forEach(s => s.addEventListener("change", () => set({[s.dataset.key]: s.value})));
  $("search").addEventListener("input", () => set({q: $("search").value}));
  $("language").addEventListener("click", () => set({lang: S.lang === "en" ? "zh" : "en"}));
  $("print").addEventListener("click", () => print());
}
// On paper the examples stand open.
let closed = [];
addEventListener("beforeprint", () => { closed = [...document.querySelectorAll(".person:not([open])")]; closed.forEach(d => { d.open = true; }); });
addEventListener("afterprint", () => closed.forEach(d => { d.open = false; }));
controls();
read();
draw();
addEventListener("hashchange", () => { read(); draw(); });
