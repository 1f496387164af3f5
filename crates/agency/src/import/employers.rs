//! 用人单位: one employer a row.

use super::column::{Values, columns};
use super::facts::days;
use super::fault::Reason;
use super::importer::{Desk, Effect, Regions, Sheet, decided};
use super::row::{Read, Row};
use crate::business::Business as _;
use crate::business::enrolment::KeepEmployer;
use crate::enrolment::Employer;
use store::{Store, StoreError, Wants};

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "参保地；整个文件同一地区时可用 --region 代替", "Pooling area; --region says it for all rows";
    Employer Always Values::Code(30), "employer", "单位编号", "99DW000001",
        "单位的编号，缴费的记账记在它名下；不能与人员编号相同", "Its code, under which its contributions are booked; no person's number";
    Name Always Values::Text(100), "name", "单位名称", "测试机械厂",
        "名称", "The name";
    District Never Values::Text(30), "district", "区县", "测试区",
        "所在区县", "Its district";
    From Always Values::Date, "from", "起始日", "2024-01-01",
        "从这天起参保", "First day on which it is enrolled";
    To Never Values::Date, "to", "终止日", "",
        "到这天止；空着为仍在参保", "Last day; empty while it lasts";
}

/// The columns that tell rows apart.
pub(super) const KEY: &[usize] = &[At::Region as usize, At::Employer as usize];

/// The rows that wait.
#[derive(Default)]
pub(super) struct Rows(Vec<KeepEmployer>);

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        let (since, until) = days(&row, At::From, At::To)?;
        self.0.push(KeepEmployer {
            area: row.region(At::Region, regions)?,
            code: row.needed(At::Employer)?,
            employer: Employer {
                name: row.needed(At::Name)?,
                district: row.code(At::District)?,
                since,
                until,
            },
        });
        Ok(())
    }

    fn wants(&self, wants: &mut Wants) {
        self.0.iter().for_each(|keep| keep.wants(wants));
    }

    fn look_up(&mut self, _: &dyn Store) -> Result<(), StoreError> {
        Ok(())
    }

    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>> {
        let mut wants = Wants::default();
        self.wants(&mut wants);
        let mut world = desk.world(wants);
        let effects = self.0[from..to].iter().map(|keep| {
            let key = Employer::key(keep.area, &keep.code);
            let known = world.document(&key).is_some();
            let changes = decided(desk, &mut world, |world, context| keep.decide(world, context))
                .map_err(|refused| {
                let en = "cannot be registered: its code is a person's number; give it another";
                let (zh, en) = (refused.value.clone(), en.to_owned());
                let reason = Reason::Said { code: "employer-refused", zh, en };
                let column = &COLUMNS[At::Employer as usize];
                Box::new(super::Fault::at(column, &keep.code, reason))
            })?;
            Ok(match (changes, known) {
                (false, _) => Effect::Unchanged,
                (true, true) => Effect::Changed,
                (true, false) => Effect::Added,
            })
        });
        effects.collect()
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}
