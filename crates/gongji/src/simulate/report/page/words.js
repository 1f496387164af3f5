"use strict";
// Draws the report from the block of data. Amounts are whole fen. A pair [中文, English] is a text; `t` takes one of them.
const D = JSON.parse(document.getElementById("data").textContent);
const SIDES = D.sides.length,
  TWO = SIDES > 1;
const S = {
  lang: document.documentElement.lang === "en" ? "en" : "zh",
  month: TWO ? "both" : "A",
  payer: "all",
  by: "status",
  count: "share",
  band: "people",
  decile: "paid",
  spread: "share",
  curve: "own",
  q: "",
  sort: "",
  dir: "down",
  rows: "50",
};
const DEFAULTS = {...S};
const $ = id => document.getElementById(id);
const t = pair => pair[S.lang === "en" ? 1 : 0];
const w = (zh, en) => (S.lang === "en" ? en : zh);

const number = new Intl.NumberFormat("en-US");
const count = n => number.format(n);
const fixed = (value, digits) =>
  new Intl.NumberFormat("en-US", {minimumFractionDigits: digits, maximumFractionDigits: digits}).format(value);
const minus = text => text.replace("-", "−");
// A value stated for a trial has no document.
const cited = text => text.replaceAll("--set", w("试算改的值", "value tried"));
const yuan = fen => minus(fixed(fen / 100, 2));
const signed = (text, value) => (value > 0 ? "+" : "") + text;
const percent = (part, whole, digits = 1) => (whole ? minus(fixed((100 * part) / whole, digits)) + "%" : "—");
// An amount in the largest unit that leaves a whole figure.
const UNITS = {
  zh: [
    [1e8, " 亿"],
    [1e4, " 万"],
  ],
  en: [
    [1e9, " bn"],
    [1e6, " m"],
    [1e3, " k"],
  ],
};
function short(fen) {
  const size = Math.abs(fen) / 100;
  const [by, unit] = UNITS[S.lang].find(([least]) => size >= Math.max(least, 1e4)) || [1, ""];
  const digits = by === 1 || size / by >= 100 ? 0 : size / by >= 10 ? 1 : 2;
  return minus(fixed(fen / 100 / by, digits)) + unit;
}
// The same at an axis.
const tick = fen => short(fen).replace(/\.0+(?!\d)/, "");
const money = fen => w(short(fen) + (short(fen).match(/[亿万]/) ? "元" : " 元"), "¥" + short(fen)).replace("¥−", "−¥");
// What is not told of few people.
const HIDES = D.hidden || {changes: false, limits: false, lines: []};
const few = () =>
  el("p", {class: "note"}, w(`* 人数少于 ${HIDES.least}，隐去`, `* fewer than ${HIDES.least} people: hidden`));
const side = s => (SIDES === 1 ? t(D.sides[0].name) : s === 0 ? w("A 现行", "A now") : w("B 改革", "B reform"));
const LABELS = {
  both: ["A 和 B", "A and B"],
  A: ["A 现行", "A now"],
  B: ["B 改革", "B reform"],
  difference: ["B − A", "B − A"],
  share: ["占人数", "share of people"],
  people: ["人数", "people"],
  yuan: ["金额", "amount"],
  paid: ["基金支付", "paid by funds"],
  own: ["个人负担", "left to people"],
  burden: ["负担比例", "share left to people"],
  shift: ["B − A", "B − A"],
  spending: ["基金支付（按费用排序）", "paid by funds, in order of spending"],
};
