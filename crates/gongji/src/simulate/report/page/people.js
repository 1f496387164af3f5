// What it comes to for people: who gains and loses, tenths, what is left to them, how evenly, and who is above a limit.

// The segments of a list that the filters leave.
const chosen = list =>
  list.filter(s => D.words.every((d, i) => !S["f_" + d.code] || S["f_" + d.code] === "=" + s.at[i]));

// Segments of a list put together by one division.
function grouped(list, code) {
  const place = D.words.findIndex(d => d.code === code),
    groups = new Map();
  for (const s of chosen(list)) {
    const g = groups.get(s.at[place]) || {
      people: 0,
      winners: [0, 0],
      losers: [0, 0],
      limit: D.sides.map(() => [0, 0, 0]),
    };
    g.people += s.people;
    for (const k of ["winners", "losers"]) if (s[k]) g[k] = g[k].map((v, i) => v + s[k][i]);
    if (s.limit) g.limit = g.limit.map((l, i) => l.map((v, k) => v + s.limit[i][k]));
    groups.set(s.at[place], g);
  }
  const order = [...groups.entries()].filter(([, g]) => g.people > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return order.map(([key, g]) => [t(D.words[place].values[key]), g]);
}

function winners() {
  if (!TWO) return;
  if (HIDES.changes) return put("changers", few());
  const groups = grouped(D.changers, S.by),
    k = S.count === "yuan" ? 1 : 0;
  const of = (g, key, sign) => (S.count === "share" ? (sign * 100 * g[key][0]) / g.people : sign * g[key][k]);
  const show =
    S.count === "share"
      ? (v, axis) => minus(fixed(v, axis ? 0 : 1)) + "%"
      : S.count === "yuan"
        ? (v, axis) => (axis ? tick(v) : yuan(v) + w(" 元", " yuan"))
        : v => minus(count(v));
  bars(
    "changers",
    groups.map(([name]) => name),
    [
      {name: w("多得", "gain"), cls: "cm", values: groups.map(([, g]) => of(g, "winners", 1))},
      {name: w("少得", "lose"), cls: "cl", values: groups.map(([, g]) => of(g, "losers", -1))},
    ],
    show,
    w("多得和少得的人", "people who gain and lose"),
  );
  const row = (name, g) => [
    name,
    count(g.people),
    count(g.winners[0]),
    percent(g.winners[0], g.people),
    yuan(g.winners[1]),
    count(g.losers[0]),
    percent(g.losers[0], g.people),
    yuan(g.losers[1]),
    shift(g.winners[1] - g.losers[1]),
  ];
  const all = groups.reduce(
    (sums, [, g]) => ({
      people: sums.people + g.people,
      winners: sums.winners.map((v, i) => v + g.winners[i]),
      losers: sums.losers.map((v, i) => v + g.losers[i]),
    }),
    {people: 0, winners: [0, 0], losers: [0, 0]},
  );
  $("changers")
    .querySelector("details")
    .replaceWith(
      table(
        [
          ["", false],
          [w("人", "people"), true],
          [w("多得", "gain"), true],
          ["%", true],
          [w("共多得（元）", "in all (yuan)"), true],
          [w("少得", "lose"), true],
          ["%", true],
          [w("共少得（元）", "in all (yuan)"), true],
          [w("合计（元）", "together (yuan)"), true],
        ],
        [...groups.map(([name, g]) => row(name, g)), row(w("合计", "all"), all)],
        1,
      ),
    );
}

const bound = fen => (fen < 1000000 ? String(fen / 100) : S.lang === "en" ? fen / 100000 + "k" : fen / 1000000 + "万");
const bounds = (list, i) =>
  i >= list.length ? bound(list[i - 1]) + w("以上", "+") : `${bound(list[i - 1])}–${bound(list[i])}`;
function bands() {
  if (HIDES.changes && TWO) return put("bands", few());
  if (!D.bands) return;
  const k = S.band === "yuan" ? 1 : 0,
    {bounds: edges, gained, lost} = D.bands,
    n = gained.length;
  const order = [...Array(n - 1).keys()].map(i => i + 1);
  const labels = [
    ...order
      .slice()
      .reverse()
      .map(i => w("少 ", "−") + bounds(edges, i)),
    ...order.map(i => w("多 ", "+") + bounds(edges, i)),
  ];
  const values = [
    ...order
      .slice()
      .reverse()
      .map(i => lost[i] && (k ? -1 : 1) * lost[i][k]),
    ...order.map(i => gained[i] && gained[i][k]),
  ];
  const clses = [...order.map(() => "cl"), ...order.map(() => "cm")];
  bars(
    "bands",
    labels,
    [{name: k ? w("金额", "amount") : w("人", "people"), cls: "cm", clses, values}],
    k ? (v, axis) => (axis ? tick(v) : yuan(v) + w(" 元", " yuan")) : v => count(v),
    w("差额（元）", "difference (yuan)"),
  );
  $("bands")
    .querySelector("svg")
    .before(
      el(
        "p",
        {class: "note"},
        w(
          "横轴：每人全年差额（元），左边少得，右边多得。",
          "Across: difference of a person over the year in yuan; left who loses, right who gains.",
        ),
      ),
    );
}

function deciles() {
  const labels = D.deciles.map((_, i) => w(`第 ${i + 1} 份`, `${i + 1}`));
  const view = !TWO && S.decile === "shift" ? "paid" : S.decile;
  const of = (d, s) => (view === "burden" ? d.burden[s] / 100 : view === "own" ? d.own[s] : d.paid[s]);
  const series =
    view === "shift"
      ? [{name: w("基金 B − A", "funds B − A"), cls: "sign", values: D.deciles.map(d => d.paid[1] - d.paid[0])}]
      : D.sides.map((_, s) => ({name: side(s), cls: "c" + (TWO ? s : 1), values: D.deciles.map(d => of(d, s))}));
  bars(
    "tenths",
    labels,
    series,
    view === "burden"
      ? (v, axis) => fixed(v, axis ? 0 : 2) + "%"
      : (v, axis) => (axis ? tick(v) : yuan(v) + w(" 元", " yuan")),
    w("十等分", "tenths") + ": " + t(LABELS[view]),
  );
  const columns = [
    ["", false],
    [w("人", "people"), true],
    [w("费用低于", "spend below"), true],
    [w("政策范围内", "in scope"), true],
    ...D.sides.map((_, s) => [w("基金 ", "funds ") + "AB"[s], true]),
    ...D.sides.map((_, s) => [w("个人 ", "left ") + "AB"[s], true]),
    ...D.sides.map((_, s) => [w("负担 ", "share ") + "AB"[s], true]),
  ];
  const rows = D.deciles.map((d, i) => [
    labels[i],
    count(d.people),
    d.upto === null ? "*" : yuan(d.upto),
    yuan(d.in_scope),
    ...d.paid.map(yuan),
    ...d.own.map(yuan),
    ...d.burden.map(v => fixed(v / 100, 2) + "%"),
  ]);
  $("tenths")
    .querySelector("details")
    .replaceWith(
      el("details", {class: "data"}, el("summary", {}, w("看数字（元）", "the numbers (yuan)")), table(columns, rows)),
    );
}

function own() {
  const {bounds: edges, bands: all, hidden} = D.own,
    share = S.spread === "share",
    people = D.claims.people || 1;
  const labels = all[0].map((_, i) => (i === 0 ? "0" : bounds(edges, i)));
  bars(
    "ownbands",
    labels,
    D.sides.map((_, s) => ({
      name: side(s),
      cls: "c" + (TWO ? s : 1),
      values: all[s].map(band => band && (share ? (100 * band[0]) / people : band[0])),
    })),
    share ? (v, axis) => fixed(v, axis ? 0 : 2) + "%" : v => count(v),
    w("按全年个人负担（元）分的人", "people by what is left to them over the year (yuan)"),
  );
  const above = (s, i) => {
    // Of the hidden bands only their sum is known.
    const bands = all[s].slice(i + 1),
      some = bands.includes(null);
    if (some && all[s].slice(0, i + 1).includes(null)) return null;
    return sum(bands, band => (band ? band[0] : 0)) + (some ? hidden[s] : 0);
  };
  const told = (n, show) => (n === null ? "*" : show(n));
  const columns = [
    [w("个人负担超过（元）", "more than (yuan)"), false],
    ...D.sides.flatMap((_, s) => [
      [side(s) + w("，人", ", people"), true],
      ["%", true],
    ]),
  ];
  if (TWO) columns.push(["B − A", true]);
  put(
    "thresholds",
    table(
      columns,
      edges.map((edge, i) => {
        const cells = [
          count(edge / 100),
          ...D.sides.flatMap((_, s) => [told(above(s, i), count), told(above(s, i), n => percent(n, people, 2))]),
        ];
        const both = D.sides.map((_, s) => above(s, i));
        if (TWO) cells.push(both.includes(null) ? "*" : shiftCount(both[1] - both[0]));
        return cells;
      }),
    ),
  );
  const q = D.own.quantiles.map((q, i) => [
    q === 500 ? w("中位数", "median") : `${q / 10}%`,
    ...D.own.own.map(side => yuan(side[i])),
    ...D.own.paid.map(side => yuan(side[i])),
  ]);
  put(
    "quantiles",
    table(
      [
        [w("这么多人不超过", "so many people have at most"), false],
        ...D.sides.map((_, s) => [w("个人负担 ", "left to people ") + (TWO ? "AB"[s] : ""), true]),
        ...D.sides.map((_, s) => [w("基金支付 ", "paid by funds ") + (TWO ? "AB"[s] : ""), true]),
      ],
      q,
    ),
  );
}
// More people above a limit or threshold is not good.
const shiftCount = n => el("span", {class: n < 0 ? "more" : n > 0 ? "less" : ""}, minus(signed(count(n), n)));

function lorenz() {
  const curves = D.lorenz[S.curve] || D.lorenz.own,
    W = 960,
    H = 440,
    left = 300,
    size = 380,
    top = 12;
  const svg = el("svg", {
    viewBox: `0 0 ${W} ${H}`,
    role: "img",
    tabindex: 0,
    "aria-label": w("洛伦兹曲线", "Lorenz curve") + ": " + t(LABELS[S.curve]),
  });
  const x = v => left + size * v,
    y = v => top + size * (1 - v);
  for (const v of [0, 0.25, 0.5, 0.75, 1])
    svg.append(
      el("line", {class: v ? "grid" : "axis", x1: x(0), x2: x(1), y1: y(v), y2: y(v)}),
      el("line", {class: v ? "grid" : "axis", y1: y(0), y2: y(1), x1: x(v), x2: x(v)}),
      el("text", {x: x(v), y: y(0) + 18, "text-anchor": "middle"}, v * 100 + "%"),
      el("text", {x: x(0) - 8, y: y(v) + 4, "text-anchor": "end"}, v * 100 + "%"),
    );
  svg.append(
    el("line", {class: "axis", "stroke-dasharray": "5 4", x1: x(0), y1: y(0), x2: x(1), y2: y(1)}),
    el(
      "text",
      {x: x(0.5), y: H - 6, "text-anchor": "middle"},
      S.curve === "spending"
        ? w("人（按费用从低到高）", "people, least spending first")
        : w("人（从少到多）", "people, least first"),
    ),
    el(
      "text",
      {x: 14, y: top + 14},
      w("占", "share of ") + t(LABELS[S.curve]).replace(/（.*|,.*/, "") + w("的份额", ""),
    ),
  );
  const series = curves.map((c, s) => ({
    name: `${side(s)}  ${S.curve === "spending" ? w("集中指数", "concentration") : w("基尼系数", "Gini")} ${c.gini === null ? "—" : minus(fixed(c.gini / 10000, 4))}`,
    cls: "c" + (TWO ? s : 1),
  }));
  curves.forEach((c, s) => {
    const [n, all] = c.points[c.points.length - 1];
    const at = c.points.map(([p, a]) => [p / (n || 1), a / (all || 1)]);
    svg.append(
      el("path", {
        class: "c" + (TWO ? s : 1),
        d: at.map(([p, a], i) => (i ? "L" : "M") + x(p).toFixed(2) + " " + y(a).toFixed(2)).join(""),
      }),
    );
    at.forEach(
      ([p, a], i) =>
        (i % 5 === 0 || i === at.length - 1) &&
        svg.append(
          el("circle", {
            class: "mark c" + (TWO ? s : 1),
            cx: x(p),
            cy: y(a),
            r: 4.2,
            "data-value": c.points[i][1],
            "data-series": s,
            "data-tip": `${side(s)}\n${percent(p, 1)} ${w("的人占", "of people have")} ${percent(a, 1)}\n${yuan(c.points[i][1])} ${w("元", "yuan")}`,
          }),
        ),
    );
  });
  put(
    "curves",
    legend(series.length > 1 ? series : [...series, ...[]]),
    svg,
    series.length > 1 ? null : el("p", {}, series[0].name),
  );
  reads(svg);
  const error = Math.max(...curves.map(c => c.error || 0));
  put(
    "gini",
    S.curve === "spending"
      ? w(
          "人按全年费用从低到高排列；曲线在对角线下方越远，钱越集中在费用高的人身上。",
          "People in order of their spending of the year; the further below the diagonal, the more goes to those who spend much.",
        )
      : D.hidden
        ? w(
            "0 为人人一样，1 为全归一人。由合并的分箱算出，真值不会小。只算有单据的人。",
            "0: all have the same; 1: one has everything. Read from wider bins: the true value is no smaller. Only people with claims.",
          )
        : w(
          `0 为人人一样，1 为全归一人。由分箱算出，真值不会小，最多大 ${fixed((error + 0.5) / 10000, 5)}。只算有单据的人。`,
          `0: all have the same; 1: one has everything. Read from bins: the true value is no smaller, and at most ${fixed((error + 0.5) / 10000, 5)} greater. Only people with claims.`,
        ),
  );
}

function limits() {
  $("limitclaims").textContent = "";
  if (HIDES.limits) return put("limits", few());
  const groups = grouped(D.limited, S.by),
    rows = [];
  const all = {
    people: sum(groups, ([, g]) => g.people),
    limit: D.sides.map((_, s) => [0, 1, 2].map(k => sum(groups, ([, g]) => g.limit[s][k]))),
  };
  for (const [name, g] of [...groups, [w("合计", "all"), all]])
    rows.push([
      name,
      count(g.people),
      ...g.limit.flatMap(([people, claims, cut]) => [
        el("span", {"data-value": people}, count(people)),
        percent(people, g.people, 2),
        count(claims),
        yuan(cut),
      ]),
      ...(TWO ? [shiftCount(g.limit[1][0] - g.limit[0][0])] : []),
    ]);
  const columns = [
    [t(D.words.find(d => d.code === S.by).name), false],
    [w("人", "people"), true],
  ];
  D.sides.forEach((_, s) =>
    columns.push(
      [w("封顶的人 ", "people above ") + (TWO ? "AB"[s] : ""), true],
      ["%", true],
      [w("单据 ", "claims ") + (TWO ? "AB"[s] : ""), true],
      [w("截去（元）", "cut off (yuan)"), true],
    ),
  );
  if (TWO) columns.push([w("人 B − A", "people B − A"), true]);
  put("limits", table(columns, rows, 1));
  const cut = s => sum(D.limited, segment => segment.limit[s][1]);
  const shares = D.sides.map((_, s) => `${TWO ? "AB"[s] + " " : ""}${percent(cut(s), D.claims.claims, 2)}`);
  $("limitclaims").textContent = w("占全部单据：", "Of all claims: ") + shares.join(w("，", ", "));
}

// The estimate of how visits respond, if there is one.
function behaviour() {
  if (!D.behaviour) return;
  const {elasticity, seed, replicates, lines} = D.behaviour;
  $("elasticity").textContent = w(
    `就诊次数对个人负担比例的弹性取 ${elasticity}；种子 ${seed}，${count(replicates)} 次自助抽样。`,
    `Elasticity of visits to the patient's share: ${elasticity}; seed ${seed}, ${count(replicates)} bootstrap replicates.`,
  );
  const columns = [
    ["", false],
    [side(0), true],
    [w("B 就诊不变", "B, visits as they were"), true],
    [w("B 就诊有反应", "B, visits respond"), true],
    [w("比 A", "against A"), true],
    [w("95% 区间", "95 % interval"), true],
  ];
  const rows = lines.map(line => {
    const show = line.money ? yuan : n => minus(count(n));
    const [before, after, responded, more, low, high] = line.values;
    const change = el("span", {"data-value": more}, signed(show(more), more));
    return [t(line.name), show(before), show(after), show(responded), change, `${show(low)} … ${show(high)}`];
  });
  put("responses", table(columns, rows));
}
