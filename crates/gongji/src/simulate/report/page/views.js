// Views: kept behind the # of the address, so that a view can be linked to.

const DRAW = [
  head,
  headline,
  payers,
  months,
  compared,
  winners,
  bands,
  deciles,
  own,
  lorenz,
  limits,
  behaviour,
  institutions,
  examples,
  again,
];
function draw() {
  document.documentElement.lang = S.lang === "en" ? "en" : "zh-CN";
  document.documentElement.classList.toggle("one", !TWO);
  $("institutions").hidden = !D.institutions;
  $("behaviour").hidden = !D.behaviour;
  $("examples").hidden = !D.examples;
  tip(null);
  DRAW.forEach(section => section());
  document
    .querySelectorAll("[data-key] button")
    .forEach(b => b.setAttribute("aria-pressed", b.dataset.option === S[b.parentNode.dataset.key]));
  document.querySelectorAll("option").forEach(o => {
    o.textContent = t(JSON.parse(o.dataset.words));
  });
  document.querySelectorAll("select[data-key],input[data-key]").forEach(c => {
    if (c.value !== (S[c.dataset.key] || "")) c.value = S[c.dataset.key] || "";
  });
  document.documentElement.dataset.drawn = DRAW.length;
}
function set(changes) {
  Object.assign(S, changes);
  const differs = Object.entries(S).filter(([key, value]) => value !== (DEFAULTS[key] ?? ""));
  history.replaceState(
    null,
    "",
    "#" + (differs.map(pair => pair.map(encodeURIComponent).join("=")).join("&") || "view=first"),
  );
  draw();
}
function read() {
  const asked = location.hash.slice(1);
  if (!asked.includes("=")) return;
  Object.assign(S, DEFAULTS, Object.fromEntries(new URLSearchParams(asked)));
  delete S.view;
  // Whatever an address asks for that there is not, is as at first.
  if (S.lang !== "en") S.lang = "zh";
  for (const control of document.querySelectorAll("[data-key]")) {
    const key = control.dataset.key;
    const known = [...control.children].map(option => option.dataset.option ?? option.value);
    if (known.length && !known.includes(S[key] ?? "")) S[key] = DEFAULTS[key] ?? "";
  }
}
function controls() {
  const option = (value, words) => el("option", {value, "data-words": JSON.stringify(words)});
  document.querySelectorAll("[data-options]").forEach(group => {
    let options = group.dataset.options.split(",");
    if (!TWO) options = options.filter(o => !["both", "B", "difference", "shift"].includes(o));
    group.append(
      ...options.map(o => {
        const button = el(
          "button",
          {type: "button", "data-option": o},
          el("span", {class: "zh"}, LABELS[o][0]),
          el("span", {class: "en"}, LABELS[o][1]),
        );
        button.addEventListener("click", () => set({[group.dataset.key]: o}));
        return button;
      }),
    );
  });
  const several = D.words.filter(d => Object.keys(d.values).length > 1);
  const lang = S.lang,
    names = l => {
      S.lang = l;
      return PAYERS().map(p => p[1]);
    },
    zh = names("zh"),
    en = names("en");
  S.lang = lang;
  $("payer").append(...PAYERS().map(([code], i) => option(code, [zh[i], en[i]])));
  $("by").append(...(several.length ? several : D.words.slice(0, 1)).map(d => option(d.code, d.name)));
  if (several.length && !several.some(d => d.code === "status")) S.by = DEFAULTS.by = several[0].code;
  $("filters").append(
    ...several.map(d =>
      el(
        "label",
        {},
        el("span", {class: "zh"}, d.name[0] + " "),
        el("span", {class: "en"}, d.name[1] + " "),
        el(
          "select",
          {"data-key": "f_" + d.code},
          option("", ["全部", "all"]),
          Object.entries(d.values).map(([code, words]) => option("=" + code, words)),
        ),
      ),
    ),
  );
  document
    .querySelectorAll("select[data-key]")
    .forEach(s => s.addEventListener("change", () => set({[s.dataset.key]: s.value})));
  $("search").addEventListener("input", () => set({q: $("search").value}));
  $("language").addEventListener("click", () => set({lang: S.lang === "en" ? "zh" : "en"}));
  $("print").addEventListener("click", () => print());
}
// On paper the examples stand open.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll(".person:not([open])")];
  closed.forEach(d => {
    d.open = true;
  });
});
addEventListener("afterprint", () =>
  closed.forEach(d => {
    d.open = false;
  }),
);
controls();
read();
draw();
addEventListener("hashchange", () => {
  read();
  draw();
});
