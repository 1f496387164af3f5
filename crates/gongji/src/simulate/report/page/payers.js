// What was compared, and what it comes to: by payer and by month.

const sum = (list, of) => list.reduce((all, one) => all + of(one), 0);
const spent = () => D.claims.in_scope + D.claims.outside;
const paid = s => D.payers.sides[s].all;

function head() {
  const span = `${D.claims.first} ${w("至", "to")} ${D.claims.last}`;
  const names = D.sides.map(s => t(s.name));
  const values = n =>
    n.includes("=")
      ? w("在现行政策上改数值，见“比较了什么”", "values changed over the policy in force, see “What was compared”")
      : n;
  put(
    "subject",
    (TWO
      ? w("现行政策（A）：", "In force (A): ") + names[0] + w("；改革方案（B）：", "; reform (B): ") + values(names[1])
      : names[0]) +
      w("。", ". ") +
      w(
        `单据 ${span}，${count(D.claims.claims)} 张，${count(D.claims.people)} 人。`,
        `Claims from ${span}: ${count(D.claims.claims)}, of ${count(D.claims.people)} people.`,
      ) +
      (D.claims.buckets < D.claims.of_buckets
        ? w(
            `只含 ${count(D.claims.of_buckets)} 个分桶中的 ${count(D.claims.buckets)} 个，不是全部。`,
            ` Only ${count(D.claims.buckets)} of ${count(D.claims.of_buckets)} buckets: not all claims.`,
          )
        : ""),
  );
  put(
    "audience",
    D.hidden
      ? w(
          `人数少于 ${D.hidden.least} 的组不单独列出（*），不举例，见“限度和假设”。`,
          `Groups of fewer than ${D.hidden.least} people are not told on their own (*), nobody is an example: see “Limits and assumptions”.`,
        )
      : w("供内部使用：人数少的组没有隐去。", "For internal use: groups of few people are not hidden."),
  );
  const sections = [...document.querySelectorAll("main section")].filter(
    s => !s.hidden && !(s.classList.contains("two") && !TWO),
  );
  put(
    "contents",
    sections.map(s => el("a", {href: "#" + s.id}, s.querySelector(w("h2 .zh", "h2 .en")).textContent)),
  );
  $("language").textContent = w("English", "中文");
  document.title = w("门诊共济政策试算报告", "Trial of an outpatient pooling policy") + " — " + names[0];
}

function headline() {
  const boxes = [];
  const box = (name, value, more, cls, raw) =>
    boxes.push(
      el(
        "div",
        {class: "figure"},
        el("span", {}, name),
        el("b", {class: cls || "", "data-value": raw}, value),
        el("span", {}, more),
      ),
    );
  if (!TWO) {
    box(w("基金支付", "Paid by the funds"), money(paid(0)), `${yuan(paid(0))} ${w("元", "yuan")}`, "", paid(0));
    box(
      w("个人负担", "Left to people"),
      money(spent() - paid(0)),
      w("占费用 ", "of spending ") + percent(spent() - paid(0), spent()),
      "",
      spent() - paid(0),
    );
    put("figures", boxes);
    put(
      "sentence",
      w(
        `费用合计 ${money(spent())}，基金付 ${percent(paid(0), spent())}。`,
        `Of ${money(spent())} spent, the funds pay ${percent(paid(0), spent())}.`,
      ),
    );
    return;
  }
  const change = paid(1) - paid(0),
    people = D.claims.people;
  const won = sum(D.changers, s => s.winners[0]),
    lost = sum(D.changers, s => s.losers[0]);
  const verb =
    change > 0
      ? w("基金多付", "The funds pay more")
      : change < 0
        ? w("基金少付", "The funds pay less")
        : w("基金支付不变", "The funds pay the same");
  box(
    verb,
    money(Math.abs(change)),
    `A ${money(paid(0))} → B ${money(paid(1))}${w("，", ", ")}${signed(percent(change, paid(0)), change)}`,
    "",
    change,
  );
  box(
    change > 0 ? w("个人少付", "People pay less") : w("个人多付", "People pay more"),
    money(Math.abs(change)),
    w("负担占费用 ", "left to people, of spending: ") +
      `${percent(spent() - paid(0), spent())} → ${percent(spent() - paid(1), spent())}`,
    "",
    -change,
  );
  const sentence = w(
    `在就诊行为不变时，按改革方案全年${verb} ${money(Math.abs(change))}（${signed(percent(change, paid(0)), change)}）。`,
    `If people seek care as before, over the year ${verb.toLowerCase()}: ${money(Math.abs(change))} (${signed(percent(change, paid(0)), change)}).`,
  );
  if (HIDES.changes) {
    put("figures", boxes);
    put("sentence", sentence);
    return;
  }
  box(
    w("多得的人", "People who gain"),
    count(won),
    w(`${percent(won, people)}，共多得 `, `${percent(won, people)}, in all `) +
      money(sum(D.changers, s => s.winners[1])),
    "more",
    won,
  );
  box(
    w("少得的人", "People who lose"),
    count(lost),
    w(`${percent(lost, people)}，共少得 `, `${percent(lost, people)}, in all `) +
      money(sum(D.changers, s => s.losers[1])),
    "less",
    lost,
  );
  put("figures", boxes);
  const of100 = n => fixed((100 * n) / (people || 1), 0);
  put(
    "sentence",
    sentence +
      w(
      `每 100 个有单据的人里，约 ${of100(won)} 人多得，${of100(lost)} 人少得，${of100(people - won - lost)} 人不变。`,
      ` Of 100 people with claims about ${of100(won)} gain, ${of100(lost)} lose and ${of100(people - won - lost)} see no change.`,
    ),
  );
}

const PAYERS = () => [
  ["all", w("全部基金", "all funds"), p => p.all],
  ...D.payers.funds.map((f, i) => ["f" + i, t(f), p => p.funds[i]]),
  ["own", w("个人负担", "left to people"), (p, of) => of.in_scope + of.outside - p.all],
  ["deductible", w("其中起付标准", "of it deductible"), p => p.deductible],
];

function payers() {
  const columns = [[w("付费方（元）", "payer (yuan)"), false], ...D.sides.map((_, s) => [side(s), true])];
  if (TWO) columns.push(["B − A", true], [w("变化", "change"), true]);
  const rows = PAYERS()
    .slice(1)
    .map(([, name, of]) => {
      const values = D.payers.sides.map(p => of(p, D.claims));
      const cells = [name, ...values.map(yuan)];
      const change = values[1] - values[0];
      return TWO
        ? [
            ...cells,
            el("span", {"data-value": change}, minus(signed(yuan(change), change))),
            signed(percent(change, values[0]), change),
          ]
        : cells;
    });
  rows.push([w("费用合计", "all spending"), ...D.sides.map(() => yuan(spent())), ...(TWO ? ["", ""] : [])]);
  put("payers", table(columns, rows, 1));
}

function months() {
  const [, name, of] = PAYERS().find(([code]) => code === S.payer) || PAYERS()[0];
  const value = (m, s) => of(m.paid[s], m);
  const each = D.sides.map((_, s) => ({
    name: side(s),
    cls: "c" + (TWO ? s : 1),
    values: D.months.map(m => value(m, s)),
  }));
  const series = !TWO
    ? each
    : S.month === "A"
      ? [each[0]]
      : S.month === "B"
        ? [each[1]]
        : S.month === "difference"
          ? [{name: "B − A", cls: "sign", values: D.months.map(m => value(m, 1) - value(m, 0))}]
          : each;
  bars(
    "months",
    D.months.map(m => m.month),
    series,
    (v, axis) => (axis ? tick(v) : yuan(v) + w(" 元", " yuan")),
    w("按月：", "by month: ") + name,
  );
}

function compared() {
  const rows = D.sides.flatMap((s, i) =>
    s.versions.map(v => [
      TWO ? "AB"[i] : "",
      t(s.name).includes("=") ? el("code", {}, t(s.name)) : t(s.name),
      v.from || v.to ? `${v.from || ""} — ${v.to || ""}` : w("全部单据", "all claims"),
      cited(v.documents.join("；")),
      el("code", {title: v.version}, v.version.slice(0, 12)),
    ]),
  );
  put(
    "sides",
    table(
      [
        ["", false],
        [w("政策", "policy"), false],
        [w("适用", "holds"), false],
        [w("文件", "documents"), false],
        [w("版本", "version"), false],
      ],
      rows,
    ),
  );
  if (TWO)
    put(
      "changes",
      (D.changes || [])
        .map((pair, i) => {
          const lines = t(pair.lines).flatMap(c =>
            c.lines.map((l, k) => [
              k ? "" : c.name,
              l.place || w("全部", "everybody"),
              l.before || "—",
              l.after || "—",
              l.better
                ? el(
                    "span",
                    {class: l.better > 0 ? "more" : "less"},
                    l.better > 0 ? w("▲ 有利", "▲ better") : w("▼ 不利", "▼ worse"),
                  )
                : "",
              [cited(l.articles), l.unverified ? el("span", {class: "warn"}, w("⚠ 未核实", "⚠ unverified")) : ""],
            ]),
          );
          return [
            D.changes.length > 1 ? el("p", {class: "note"}, w("自 ", "from ") + pair.from) : null,
            lines.length
              ? table(
                  [
                    [w("项目", "what"), false],
                    [w("对谁", "for whom"), false],
                    ["A", false],
                    ["B", false],
                    [w("对参保人", "for the insured"), false],
                    [w("依据", "articles"), false],
                  ],
                  lines,
                )
              : el("p", {}, w("没有差别", "no difference")),
          ];
        })
        .flat(),
    );
  put(
    "claims",
    table(
      [
        ["", false],
        ["", true],
      ],
      [
        [w("单据（冲销已扣除）", "claims, less reversals"), count(D.claims.claims)],
        [w("人", "people"), count(D.claims.people)],
        [w("月份", "months"), `${D.claims.first} — ${D.claims.last}`],
        [w("政策范围内（元）", "in scope (yuan)"), yuan(D.claims.in_scope)],
        [w("政策范围外（元）", "outside the scope (yuan)"), yuan(D.claims.outside)],
        [w("费用合计（元）", "all spending (yuan)"), yuan(spent())],
      ],
    ),
  );
}
