// Institutions, single people, and how to do it again.

function institutions() {
  if (!D.institutions) return;
  const level = code => {
    if (!code) return code === null ? "" : "—";
    const d = D.words.find(d => d.code === "level");
    return d.values[code] ? t(d.values[code]) : code;
  };
  const revenue = ([, , , all]) => all,
    last = SIDES - 1;
  const columns = [
    ["name", w("机构", "institution"), r => r[0] || w("（未填）", "(not given)"), false],
    ["level", w("等级", "level"), r => level(r[1]), false],
    ["claims", w("单据", "claims"), r => r[2], true, count],
    ["spent", w("费用合计（元）", "spending (yuan)"), revenue, true, yuan],
    ...D.sides.map((_, s) => [
      "paid" + s,
      w("基金 ", "funds ") + (TWO ? "AB"[s] : w("（元）", "(yuan)")),
      r => r[5][s],
      true,
      yuan,
    ]),
    ...D.sides.map((_, s) => [
      "share" + s,
      w("基金占费用 ", "funds’ share ") + (TWO ? "AB"[s] : ""),
      r => (r[3] ? r[5][s] / r[3] : 0),
      true,
      v => percent(v, 1),
    ]),
  ];
  if (TWO) columns.push(["shift", "B − A", r => r[5][last] - r[5][0], true, v => shift(v)]);
  const wanted = S.q.trim().toLowerCase();
  const rows = D.institutions.rows.filter(r => r[0].toLowerCase().includes(wanted));
  const by = columns.find(([code]) => code === S.sort),
    down = S.dir === "down" ? -1 : 1;
  if (by)
    rows.sort((a, b) => {
      const [x, y] = [by[2](a), by[2](b)];
      return down * (x < y ? -1 : x > y ? 1 : 0) || (a[0] < b[0] ? -1 : 1);
    });
  const head = el(
    "tr",
    {},
    columns.map(([code, name, , n]) => {
      const button = el("button", {type: "button"}, name);
      button.addEventListener("click", () => {
        set({sort: code, dir: S.sort === code && S.dir === "down" ? "up" : "down"});
        $("places").querySelectorAll("th button")[columns.findIndex(c => c[0] === code)].focus();
      });
      return el(
        "th",
        {
          scope: "col",
          class: n ? "n" : "",
          "aria-sort": S.sort === code ? (S.dir === "down" ? "descending" : "ascending") : "none",
        },
        button,
      );
    }),
  );
  const cells = r =>
    columns.map(([code, , of, n, show]) =>
      el(
        "td",
        {class: n ? "n" : "", "data-value": n && code !== "share0" && code !== "share1" ? of(r) : undefined},
        show ? show(of(r)) : of(r),
      ),
    );
  const shown = rows.slice(0, Number(S.rows) || 50),
    [claims, all, scope, funds] = D.institutions.rest;
  const body = shown.map(r => el("tr", {}, cells(r)));
  const together = (name, list) =>
    el(
      "tr",
      {class: "sum"},
      cells([
        name,
        null,
        sum(list, r => r[2]),
        sum(list, r => r[3]),
        sum(list, r => r[4]),
        D.sides.map((_, s) => sum(list, r => r[5][s])),
      ]),
    );
  const rest = ["", "", claims, all, scope, funds];
  if (!wanted && D.institutions.others)
    body.push(
      el(
        "tr",
        {},
        cells([
          w(`其余 ${count(D.institutions.others)} 家`, `${count(D.institutions.others)} others`),
          null,
          ...rest.slice(2),
        ]),
      ),
    );
  body.push(
    together(
      wanted ? w("找到的合计", "all found") : w("全部机构", "all institutions"),
      wanted ? rows : [...D.institutions.rows, rest],
    ),
  );
  const more = el(
    "button",
    {type: "button", id: "moreplaces"},
    w(`再显示（共 ${count(rows.length)} 家）`, `show more (of ${count(rows.length)})`),
  );
  more.addEventListener("click", () => set({rows: String((Number(S.rows) || 50) + 200)}));
  put(
    "places",
    el("div", {class: "scroll"}, el("table", {}, el("thead", {}, head), el("tbody", {}, body))),
    rows.length > shown.length ? more : null,
  );
  $("found").textContent = wanted ? w(`找到 ${count(rows.length)} 家`, `${count(rows.length)} found`) : "";
}

function examples() {
  if (!D.examples) return;
  const open = [...document.querySelectorAll("#persons details")].map(d => d.open);
  put(
    "persons",
    D.examples.map(p => {
      const columns = [
        ["", false],
        [w("服务日期", "day"), false],
        [w("政策范围内", "in scope"), true],
        [w("范围外", "outside"), true],
        [w("基金 A", "funds A"), true],
        [w("基金 B", "funds B"), true],
        ["B − A", true],
      ];
      const together = (name, list) => [
        name,
        "",
        yuan(sum(list, c => c.in_scope)),
        yuan(sum(list, c => c.outside)),
        ...[0, 1].map(s => yuan(sum(list, c => c.paid[s]))),
        shift(sum(list, c => c.paid[1] - c.paid[0])),
      ];
      const row = c => [
        count(p.claims.indexOf(c) + 1),
        c.day,
        yuan(c.in_scope),
        yuan(c.outside),
        ...c.paid.map(yuan),
        shift(c.paid[1] - c.paid[0]),
      ];
      const differ = p.claims.filter(c => c.paid[0] !== c.paid[1]),
        same = p.claims.filter(c => c.paid[0] === c.paid[1]);
      const rows = [
        ...differ.map(row),
        ...(same.length ? [together(w(`其余 ${same.length} 张`, `${same.length} others`), same)] : []),
        together(w("合计", "all"), p.claims),
      ];
      const said = p.claims.map((c, i) => [c, i]).filter(([c]) => c.told && c.paid[0] !== c.paid[1]);
      const why = said.map(([c, i]) => [
        el(
          "h4",
          {},
          w(`第 ${i + 1} 张，`, `Claim ${i + 1}, `) +
            c.day +
            w("：A ", ": A ") +
            yuan(c.paid[0]) +
            " → B " +
            yuan(c.paid[1]),
        ),
        el(
          "div",
          {class: "told"},
          c.told.map((one, s) => {
            const {title, sentences} = t(one);
            return el(
              "div",
              {},
              el("b", {}, side(s)),
              " ",
              title,
              el(
                "ol",
                {},
                sentences.map(([level, text, articles, unverified]) =>
                  el(
                    "li",
                    {class: "l" + level},
                    text,
                    articles.length ? el("cite", {}, cited(articles.join("；"))) : null,
                    (articles.includes("--set") ? [] : unverified).map(u =>
                      el("span", {class: "warn"}, w("⚠ 未核实：", "⚠ unverified: ") + u),
                    ),
                  ),
                ),
              ),
            );
          }),
        ),
      ]);
      const rest = differ.length - said.length;
      return el(
        "details",
        {class: "person", "data-value": p.difference},
        el(
          "summary",
          {},
          t(p.label),
          p.name ? w("（", " (") + p.name + w("）", ")") : "",
          w("：基金全年 A ", ": funds over the year A "),
          yuan(p.paid[0]),
          " → B ",
          yuan(p.paid[1]),
          w(" 元，", " yuan, "),
          shift(p.difference),
        ),
        table(columns, rows, 1),
        same.length
          ? el(
              "details",
              {},
              el(
                "summary",
                {},
                w(`两种政策结果相同的单据（${same.length} 张）`, `claims that come to the same (${same.length})`),
              ),
              table(columns, same.map(row)),
            )
          : null,
        el(
          "details",
          {},
          el(
            "summary",
            {},
            w(
              `两种政策结果不同的单据，逐步说明（${said.length} 张）`,
              `claims that come to different amounts, step by step (${said.length})`,
            ),
          ),
          why.flat(),
          rest > 0
            ? el(
                "p",
                {class: "note"},
                w(
                  `另有 ${rest} 张差额较小，未展开；gongji simulate --explain 会全部列出。`,
                  `${rest} more with smaller differences are not spelt out; gongji simulate --explain lists them all.`,
                ),
              )
            : null,
        ),
      );
    }),
  );
  document.querySelectorAll("#persons details").forEach((d, i) => {
    d.open = open.length ? open[i] : false;
  });
}

function again() {
  const control = D.control.map((c, s) => [
    TWO ? side(s) : "",
    count(c.paid_claims),
    String(c.check),
    count(c.general),
    c.refused.map(r => `${t(r.why)} ${count(r.count)}`).join(w("；", "; ")) || "—",
  ]);
  put(
    "again",
    el("pre", {}, D.command),
    el(
      "p",
      {},
      w("程序 gongji ", "Program gongji ") +
        D.program +
        w(
          "。同样的单据、同样版本的政策，得到同样的数和同样的校验数。",
          ". The same claims under the same versions of the policies come to the same figures and check sums.",
        ),
    ),
    table(
      [
        ["", false],
        [w("基金有支付的单据", "claims paid by a fund"), true],
        [w("校验数", "check"), true],
        [w("逐张结算的人", "people settled bill by bill"), true],
        [w("未结算的单据", "claims not settled"), false],
      ],
      control,
    ),
    el(
      "p",
      {class: "note"},
      w(
        `读入 ${count(D.claims.rows)} 行，${count(D.claims.buckets)} 个分桶，范围内金额 ${yuan(D.claims.fen)} 元（冲销前）。`,
        `${count(D.claims.rows)} rows in ${count(D.claims.buckets)} buckets, ${yuan(D.claims.fen)} yuan in scope before reversals.`,
      ),
    ),
    ...D.sides.flatMap((s, i) =>
      s.versions.map(v =>
        el("p", {class: "note"}, (TWO ? "AB"[i] + "  " : "") + (v.from || w("全部单据", "all claims")) + " ", el("code", {}, v.version)),
      ),
    ),
  );
  const doubtful = D.changes
    ? D.changes
        .flatMap(pair => t(pair.lines))
        .filter(c => c.lines.some(l => l.unverified))
        .map(c => c.name)
    : [];
  $("alltold").hidden = Boolean(D.hidden);
  $("fewtold").hidden = !D.hidden;
  put(
    "fewtold",
    HIDES.lines.map((line, i) => [i ? el("br") : null, t(line) + w("。", ".")]).flat(),
  );
  $("unverified").hidden = !doubtful.length;
  $("unverified").textContent =
    w(
      "下列改动的原值或新值没有公开文件可核实：",
      "Old or new values of these changes are not verified by a published text: ",
    ) + [...new Set(doubtful)].join(w("、", ", "));
}
