//! 备案申请、签约与定点: one application a row, as an institution files it; they wait for their review like any other.

use super::column::{Values, columns};
use super::fault::Reason;
use super::importer::{Desk, Effect, Regions, Sheet, decided};
use super::row::{Read, Row};
use crate::business::Business as _;
use crate::business::filing::{self, File, Filing, FilingKind, Named, Standing};
use crate::directory::Directory;
use crate::world::{Directories, World};
use kernel::policy::Term;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Area, PersonKey, Store, StoreError, Wants};

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "参保地；整个文件同一地区时可用 --region 代替", "Pooling area; --region says it for all rows";
    Person Always Values::Person, "person", "人员编号", "99500000001",
        "已在账务库里的人", "Somebody in the books";
    Kind Always Values::Word(kinds), "kind", "种类", "chronic",
        "备案的种类", "What is applied for";
    Names Always Values::Code(50), "names", "病种、机构或药品", "M03900",
        "慢特病、两病：病种的代码或名称；定点、签约：机构编号；双通道：目录编码",
        "Chronic and two diseases: a code or name of the disease; chosen and contract: the institution; dual channel: the item";
    Disease Sometimes Values::Code(50), "disease", "定点的病种", "",
        "按病种定点必填：为哪个病种选定这家机构", "Needed of an institution chosen for a disease: which";
    Institution Always Values::Institution, "institution", "申报机构", "H99000000001",
        "哪家机构申报", "The institution that applies";
    From Always Values::Date, "from", "起始日", "2024-01-01",
        "从这天起（含）", "First day";
    To Never Values::Date, "to", "终止日", "",
        "到这天止（含）；空着为长期", "Last day; empty while it lasts";
    Note Never Values::Text(200), "note", "说明", "",
        "随申报保存", "Kept with the application";
}

fn kinds() -> Vec<super::column::Word> {
    let also = |kind: &FilingKind| -> &'static [&'static str] {
        match kind.code {
            "chronic" => &["慢特病"],
            "two-disease" => &["两病"],
            "chosen" => &["定点", "本人定点"],
            "family-doctor" => &["签约"],
            "dual-channel" => &["双通道"],
            _ => &[],
        }
    };
    filing::KINDS.iter().map(|kind| (kind.code, kind.zh, also(kind))).collect()
}

/// The columns that tell rows apart.
pub(super) const KEY: &[usize] = &[
    At::Region as usize,
    At::Person as usize,
    At::Kind as usize,
    At::Names as usize,
    At::Disease as usize,
    At::From as usize,
];

/// The rows that wait, and what their people applied for before.
#[derive(Default)]
pub(super) struct Rows {
    files: Vec<File>,
    known: BTreeMap<PersonKey, Vec<Filing>>,
    directories: Arc<Directories>,
}

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        let area = row.region(At::Region, regions)?;
        let kind = FilingKind::of(row.word(At::Kind)?);
        let Some(kind) = kind else { return row.fault(At::Kind, Reason::Missing) };
        let terms = regions.timeline(area).map(|timeline| timeline.vocabulary.diseases.clone());
        let terms = terms.unwrap_or_default();
        let named = row.needed(At::Names)?;
        let names = if kind.names == Named::Disease { code(&terms, named) } else { named };
        let (from, to) = super::facts::days(&row, At::From, At::To)?;
        let note = row.code(At::Note)?;
        self.files.push(File {
            person: PersonKey { area, person: row.code(At::Person)? },
            institution: row.code(At::Institution)?,
            kind,
            names,
            disease: code(&terms, row.code(At::Disease)?),
            from,
            to,
            stated: match note.is_empty() {
                true => serde_json::Value::Null,
                false => serde_json::json!({ "note": &*note }),
            },
        });
        Ok(())
    }

    fn wants(&self, wants: &mut Wants) {
        wants.people.extend(self.files.iter().map(|file| file.person.clone()));
    }

    fn look_up(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        self.known.clear();
        for file in &self.files {
            if !self.known.contains_key(&file.person) {
                // What this program cannot read it does not take for the same.
                let known = filing::applications(store, &file.person).unwrap_or_default();
                self.known.insert(file.person.clone(), known);
            }
        }
        let areas: BTreeSet<Area> = store.areas()?.into_iter().map(|(area, _)| area).collect();
        let load = |area| Ok((area, Arc::new(Directory::load(store, area)?)));
        let loaded: Result<Directories, StoreError> = areas.into_iter().map(load).collect();
        self.directories = Arc::new(loaded?);
        Ok(())
    }

    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>> {
        let mut wants = Wants::default();
        self.wants(&mut wants);
        let directories = self.directories.clone();
        let mut world = desk.world_with(wants, directories);
        let known = &mut self.known;
        let state = |file: &File| apply(file, known, &mut world, desk);
        self.files[from..to].iter().map(state).collect()
    }

    fn clear(&mut self) {
        self.files.clear();
    }
}

/// The code of a disease named by code or name.
fn code(terms: &[Term], text: Arc<str>) -> Arc<str> {
    let named = terms.iter().find(|term| *term.zh == *text || *term.en == *text);
    named.map_or(text, |term| Arc::from(&*term.code))
}

fn apply(
    file: &File,
    known: &mut BTreeMap<PersonKey, Vec<Filing>>,
    world: &mut World,
    desk: &mut Desk<'_>,
) -> Read<Effect> {
    let before = known.entry(file.person.clone()).or_default();
    let same = |filing: &Filing| {
        *filing.kind == *file.kind.code
            && filing.names == file.names
            && filing.disease == file.disease
            && (filing.from, filing.to) == (file.from, file.to)
            && matches!(filing.standing(), Standing::Applied | Standing::Approved)
    };
    if before.iter().any(same) {
        return Ok(Effect::Unchanged);
    }
    decided(desk, world, |world, context| file.decide(world, context))
        .map(|_| Effect::Added)
        .map_err(|refused| {
            let place = place_of(&refused);
            let en = format!("{}: {}", refused.reason.en(), refused.value);
            let reason = Reason::Said { code: "refused", zh: refused.to_string(), en };
            Box::new(super::Fault::at(&COLUMNS[place as usize], &refused.value, reason))
        })
}

/// The column that a refusal is about.
fn place_of(refused: &crate::reason::Refused) -> At {
    use crate::reason::Reason as Why;
    match refused.reason {
        Why::PersonUnknown => At::Person,
        Why::InstitutionUnknown => At::Institution,
        Why::FilingContent => At::From,
        _ => At::Names,
    }
}
