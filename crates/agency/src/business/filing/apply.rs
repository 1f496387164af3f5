//! Applying for a filing, and withdrawing the application.

use super::signing::Signing;
use super::{Closed, Filing, FilingKind, Named, Standing, filed_already, key};
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::{Date, Moment, Venue};
use serde_json::Value;
use std::sync::Arc;
use store::{Changes, PersonFile, PersonKey, Wants};

/// The most days a filing may reach back.
const MAX_DAYS_BACK: i32 = 366;

/// Applies for a filing.
#[derive(Clone, Debug)]
pub struct File {
    /// For whom.
    pub person: PersonKey,
    /// The institution that applies.
    pub institution: Arc<str>,
    /// What is applied for.
    pub kind: &'static FilingKind,
    /// The disease, institution or medicine.
    pub names: Arc<str>,
    /// The disease that an institution is chosen for; empty of other kinds.
    pub disease: Arc<str>,
    /// First day.
    pub from: Date,
    /// Last day; [`Date::MAX`]: while it lasts.
    pub to: Date,
    /// Everything else the application says.
    pub stated: Value,
}

impl Business for File {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let Some(file) = world.file(&self.person) else {
            return Err(Refused::new(Reason::PersonUnknown, &*self.person.person));
        };
        let today = context.at.date();
        if world.site(self.person.area, &self.institution, today, context.at).is_none() {
            return Err(Refused::new(Reason::InstitutionUnknown, &*self.institution));
        }
        self.days(file, today)?;
        self.exists(world, context.at)?;
        if filed_already(file, self.kind, (&self.names, &self.disease), self.from, self.to) {
            let words = format!("{} {}", self.kind.zh, self.names);
            return Err(Refused::new(Reason::FilingTwice, words));
        }
        let signing = self.signing();
        signing.disease_filed(file, context.at)?;
        signing.check(world, file, context.at)?;
        let number: Arc<str> = (context.ids)().to_string().into();
        let filing = Filing {
            number: number.clone(),
            kind: self.kind.code.into(),
            names: self.names.clone(),
            disease: self.disease.clone(),
            institution: self.institution.clone(),
            by: context.operator().unwrap_or_default().into(),
            from: self.from,
            to: self.to,
            stated: self.stated.clone(),
            withdrawal: None,
            review: None,
            revocation: None,
        };
        let documents = vec![filing.filed(key(&self.person, &number), context.at)?];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Filed { number } })
    }
}

impl File {
    fn signing(&self) -> Signing<'_> {
        let File { person, kind, names, disease, from, to, .. } = self;
        Signing { person, kind, disease, names, from: *from, to: *to }
    }

    /// Days that make sense: in order, not over, not before the person was born, not long ago.
    fn days(&self, file: &PersonFile, today: Date) -> Result<(), Refused> {
        let (from, to) = (self.from, self.to);
        let content = |words: String| Err(Refused::new(Reason::FilingContent, words));
        if to < from {
            return content(format!("结束日期{to}早于开始日期{from}"));
        }
        if to < today {
            return content(format!("结束日期{to}已过"));
        }
        if today.days() - from.days() > MAX_DAYS_BACK {
            return content(format!("开始日期{from}早于今天{MAX_DAYS_BACK}天以上"));
        }
        match file.person.born {
            Some(born) if from < born => content(format!("开始日期{from}早于出生日期{born}")),
            _ => Ok(()),
        }
    }

    /// What is named must be there on the first day, or today if that is long past.
    fn exists(&self, world: &World, known: Moment) -> Result<(), Refused> {
        let (area, day) = (self.person.area, self.from.max(known.date()));
        let for_disease = self.kind.code == super::CHOSEN_FOR.code;
        if for_disease == self.disease.is_empty() {
            let words = match for_disease {
                true => "按病种定点须写明病种".to_owned(),
                false => format!("{}不写定点的病种{}", self.kind.zh, self.disease),
            };
            return Err(Refused::new(Reason::FilingContent, words));
        }
        match self.kind.names {
            Named::Disease => {
                let law = world.law(area)?;
                let listed = law.codes.diseases.contains(&self.names);
                let unknown = || Refused::new(Reason::DiseaseUnknown, &*self.names);
                listed.then_some(()).ok_or_else(unknown)
            }
            Named::Institution => match world.site(area, &self.names, day, known) {
                None => Err(Refused::new(Reason::InstitutionUnknown, &*self.names)),
                Some((_, site)) if !site.designated || site.venue == Venue::Pharmacy => {
                    let words = format!("{}不是定点医疗机构", self.names);
                    Err(Refused::new(Reason::FilingContent, words))
                }
                Some(_) => Ok(()),
            },
            Named::Medicine => {
                let listed = world.directory(area).and_then(|it| it.item(&self.names, day));
                let unknown = || Refused::new(Reason::ItemUnknown, &*self.names);
                listed.map(|_| ()).ok_or_else(unknown)
            }
        }
    }
}

/// Withdraws an application, while the agency has not reviewed it.
#[derive(Clone, Debug)]
pub struct WithdrawFiling {
    /// Whose.
    pub person: PersonKey,
    /// The institution that applied.
    pub institution: Arc<str>,
    /// The application.
    pub number: Arc<str>,
    /// Why.
    pub because: Arc<str>,
}

impl Business for WithdrawFiling {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let key = key(&self.person, &self.number);
        let Some(found) = world.document(&key) else {
            return Err(Refused::new(Reason::FilingUnknown, &*self.number));
        };
        let mut filing = Filing::of(found)?;
        if filing.institution != self.institution {
            let words = format!("备案{}由其他机构申报", self.number);
            return Err(Refused::new(Reason::NotAllowed, words));
        }
        match filing.standing() {
            Standing::Applied => {}
            Standing::Withdrawn => {
                let words = format!("备案{}已撤销", self.number);
                return Err(Refused::new(Reason::DocumentState, words));
            }
            reviewed => {
                let words = format!("{} {}", self.number, reviewed.zh());
                return Err(Refused::new(Reason::FilingReviewed, words));
            }
        }
        filing.withdrawal = Some(Closed { at: context.at, because: self.because.clone() });
        let documents = vec![filing.filed(key, found.at)?];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}
