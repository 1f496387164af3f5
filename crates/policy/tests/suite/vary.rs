//! Grids: what parameters mean, what each combination states, and what is said of those that make no sense.

use kernel::Date;
use policy::vary::{Base, Grid, When};
use policy::{Choice, Library, Region};

const DEDUCTIBLE: &str = "programme.ordinary.deductible.amount";
const SHARE: &str = "programme.ordinary.share.rate";

fn region(code: &str, set: &[String]) -> Region {
    let choice = Choice { set: set.to_vec(), ..Choice::default() };
    Library::shipped().region(code, &choice).expect("a sound region")
}

fn grid(texts: &[&str]) -> Grid {
    Grid::read(&texts.iter().map(|text| (*text).to_string()).collect::<Vec<_>>()).expect("a grid")
}

/// What all combinations state.
fn sets(texts: &[&str]) -> Vec<Vec<String>> {
    let (grid, base) = (grid(texts), Base::of(&region("500000", &[]), When::Always));
    let all = 0..grid.combinations().expect("few");
    all.map(|number| grid.set(&base, &grid.steps_of(number)).expect("a combination")).collect()
}

fn amiss(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_string()).collect();
    match Grid::read(&texts) {
        Err(amiss) => amiss.to_string(),
        Ok(grid) => {
            let base = Base::of(&region("500000", &[]), When::Always);
            let all = 0..grid.combinations().expect("few");
            let mut sets = all.map(|number| grid.set(&base, &grid.steps_of(number)));
            sets.find_map(Result::err).expect("something is wrong").to_string()
        }
    }
}

#[test]
fn a_condition_changes_its_rows_and_no_others() {
    assert_eq!(
        sets(&["d=programme.ordinary.deductible.amount[status=active]=100..150 step 50"]),
        [
            [
                "programme.ordinary.deductible.amount=[{status=\"active\",yuan=100},{status=\"retired\",yuan=100}]"
            ],
            [
                "programme.ordinary.deductible.amount=[{status=\"active\",yuan=150},{status=\"retired\",yuan=100}]"
            ],
        ]
    );
}

#[test]
fn a_row_that_holds_for_more_is_cut_in_two() {
    let [set] = &sets(&["programme.ordinary.share.rate[status=active,level=1]=55%"])[..] else {
        panic!("one combination");
    };
    assert!(
        set[0].starts_with(
            "programme.ordinary.share.rate=[{status=\"active\",level=1,rate=\"55%\"},\
             {status=\"active\",level=[0,2],rate=\"60%\"},{status=\"active\",level=3,rate=\"50%\"}"
        ),
        "{set:?}"
    );
    region("500000", set);
    // A row without the condition holds for every plan: the others keep what they had.
    let [set] =
        &sets(&["programme.ordinary.deductible.amount[plan=individual-1,status=active]=1"])[..]
    else {
        panic!("one combination");
    };
    assert!(set[0].contains("plan=[\"employer\",\"individual-2\",\"lump-sum\"]"), "{set:?}");
    region("500000", set);
}

#[test]
fn factors_and_additions_vary_what_is_stated() {
    let times = sets(&["programme.ordinary.deductible.amount*=0.9,1.005"]);
    assert!(times[0][0].contains("yuan=180}") && times[0][0].contains("yuan=90}"), "{times:?}");
    assert!(
        times[1][0].contains("yuan=201}") && times[1][0].contains("yuan=\"100.50\"}"),
        "{times:?}"
    );
    let plus = sets(&["programme.ordinary.share.rate+=-10%..10%/10%"]);
    let rates = |set: &[String]| set[0].matches("rate=\"70%\"").count();
    assert_eq!(plus.iter().map(|set| rates(set)).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(
        sets(&["refund.model=current,exact"]),
        [["refund.model=\"current\""], ["refund.model=\"exact\""]]
    );
    assert_eq!(
        sets(&["programme.ordinary.admission=blocked"]),
        [["programme.ordinary.admission=\"blocked\""]]
    );
}

#[test]
fn parameters_of_one_name_go_together_and_others_combine() {
    let linked = format!("d={DEDUCTIBLE}[status=active]=200,300");
    let also = format!("d={DEDUCTIBLE}[status=retired]=100,150");
    let share = format!("s={SHARE}+=0%,5%,10%");
    let all = grid(&[&linked, &also, &share]);
    assert_eq!((all.axes.len(), all.combinations()), (2, Some(6)));
    assert_eq!(all.steps_of(4), [1, 1]);
    assert_eq!(all.shown(&[1, 1]), "d=300 / 150, s=+5%");
    let sets = sets(&[&linked, &also, &share]);
    assert!(sets[4][0].contains("yuan=300") && sets[4][0].contains("yuan=150"), "{sets:?}");
    let uneven = format!("d={DEDUCTIBLE}[status=retired]=100,150,200");
    assert!(amiss(&[&linked, &uneven]).contains("“d”有 2 个和 3 个"));
}

#[test]
fn a_grid_file_says_the_same() {
    let mut read = Grid::default();
    let text = "vary = [\"比例=programme.ordinary.share.rate[status=active]+=-5%,5%\"]\n\
                [[parameter]]\nname = \"起付标准\"\npath = \"programme.ordinary.deductible.amount\"\n\
                where = { status = \"active\" }\nvalues = [100, \"200.50\"]\n";
    read.read_file(text).expect("a grid file");
    let written = grid(&[
        "比例=programme.ordinary.share.rate[status=active]+=-5%,5%",
        "起付标准=programme.ordinary.deductible.amount[status=active]=100,200.50",
    ]);
    let base = Base::of(&region("500000", &[]), When::Always);
    for number in 0..4 {
        let steps = read.steps_of(number);
        assert_eq!(read.shown(&steps), written.shown(&steps));
        assert_eq!(read.set(&base, &steps), written.set(&base, &steps));
    }
    let wrong = |text: &str| Grid::default().read_file(text).expect_err("wrong").to_string();
    assert!(wrong("vary = [").contains("不是 TOML"));
    assert!(wrong("[[parameter]]\npath = \"a.b\"\nvalue = [1]\n").contains("是不是 values"));
    assert!(wrong("[[parameter]]\npath = \"a.b\"\nvalues = [0.9]\n").contains("\"0.95\""));
    assert!(wrong("[[parameter]]\npath = \"a.b\"\n").contains("写且只写一个"));
}

#[test]
fn a_value_that_changes_needs_a_day() {
    let mut region = region("500000", &[]);
    let later = region.statements.iter().find(|statement| statement.path == DEDUCTIBLE).cloned();
    let mut later = later.expect("the deductible");
    let change = Date::parse("2025-01-01").expect("a day");
    for statement in region.statements.iter_mut().filter(|statement| statement.path == DEDUCTIBLE) {
        statement.to = change.previous();
    }
    later.from = change;
    later.value = policy::value::Value::parse("amount = [{ yuan = 400 }]", 1)
        .expect("toml")
        .get("amount")
        .cloned()
        .expect("an amount");
    region.statements.push(later);
    let grid = grid(&["programme.ordinary.deductible.amount*=0.5"]);
    let amiss = grid.set(&Base::of(&region, When::Always), &[0]).expect_err("it changes");
    assert!(amiss.to_string().contains("--policy 地区@日期"), "{amiss}");
    let of = |when| grid.set(&Base::of(&region, when), &[0]).expect("one value").concat();
    assert!(of(When::Last).contains("yuan=200"));
    assert!(of(When::On(change.previous())).contains("yuan=50"));
}

#[test]
fn what_makes_no_sense_is_said_with_what_would() {
    for (text, said) in [
        ("deductible=100,200", "路径是“表.键”"),
        ("programme.ordinary.deductible.amount", "没有取值"),
        ("programme.ordinary.deductible.amount[status=active=100", "没有结束“]”"),
        ("programme.ordinary.deductible.amount[active]=100", "条件“active”应写成"),
        ("programme.ordinary.deductible.amount[status=activ]=100", "可用：active, retired"),
        ("programme.ordinary.deductible.amount[stats=active]=100", "是不是 status"),
        ("programme.ordinary.deductible.amount=100..400", "100..400 step 50"),
        ("programme.ordinary.deductible.amount=400..100 step 50", "从小到大"),
        ("programme.ordinary.deductible.amount=1..400 step 0.0001", "超过 100000 个取值"),
        ("programme.ordinary.deductible=60", "里面有 amount, basis, per, period"),
        ("programme.ordinary.deductible.amount=60%", "金额写 200"),
        ("programme.ordinary.deductible.amount=100.505", "金额写 200"),
        ("programme.ordinary.deductible.amount*=many", "不是数"),
        ("programme.ordinary.share.rate=60", "比例写 60%"),
        ("programme.ordinary.deductibel.amount[status=active]=1", DEDUCTIBLE),
        ("programme.ordinary.deductible.amount[status=active].rate=60%", "这一行没有“rate”"),
        ("programme.ordinary.deductible.amount[7]=60", "没有一行符合条件"),
        ("programme.ordinary.deductible.amount[status=active]yuan=60", "条件之后只能写 .键"),
        ("programme.ordinary.deductible.period[1].yuan=60", "没有分行"),
    ] {
        let amiss = amiss(&[text]);
        assert!(amiss.contains(said) && amiss.starts_with(text), "{text}: {amiss}");
    }
}
