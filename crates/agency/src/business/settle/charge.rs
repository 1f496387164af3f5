//! What settlements and purchases share: a charge becomes inputs, a decision and an entry. A trial goes the same way; only
//! nothing of it is written.

use super::{CLEARING_OUTPATIENT, CLEARING_PHARMACY};
use crate::business::post::{Entering, Post};
use crate::business::wallet::{self, turned};
use crate::business::{Context, lines};
use crate::cells;
use crate::directory::Site;
use crate::facts::{self, Occasion, PersonDetail};
use crate::outcome::{Outcome, Settled};
use crate::reason::{Reason, Refused};
use crate::record::{Case, FactsInput, Inputs, LineInput, Purse, Record, VERSION, Who};
use crate::regions::Version;
use crate::world::World;
use kernel::{AccountUse, Category, Channel, Date, Moment, Place, Prescription, Venue};
use std::sync::Arc;
use store::{EntryKind, Id, PersonFile, PersonKey};

/// Lines charged together, and what they were charged for.
pub(in crate::business) struct Charge<'a> {
    pub(in crate::business) person: &'a PersonKey,
    /// When the service was given: decides the policy and the benefit year.
    pub(in crate::business) service: Moment,
    pub(in crate::business) category: Category,
    pub(in crate::business) account_use: AccountUse,
    pub(in crate::business) prescription: Option<Prescription>,
    pub(in crate::business) lines: Vec<LineInput>,
    /// What the books say about it; `institution` and `disease` decide too.
    pub(in crate::business) case: Case,
    /// The day on which it was handed in, if it is a paper claim; `None`: the institution settles directly.
    pub(in crate::business) submitted: Option<Date>,
}

/// Where a charge arises, seen from the person's area.
pub(in crate::business) struct Scene {
    pub(in crate::business) site: Site,
    pub(in crate::business) place: Place,
}

impl Scene {
    /// Finds the institution.
    ///
    /// # Errors
    /// [`Reason::InstitutionUnknown`].
    pub(in crate::business) fn find(
        world: &World,
        file: &PersonFile,
        institution: &str,
        (service, category): (Moment, Category),
        known: Moment,
    ) -> Result<Scene, Refused> {
        let (area, day) = (file.person.key.area, service.date());
        let (listed, site) = world
            .site(area, institution, day, known)
            .ok_or_else(|| Refused::new(Reason::InstitutionUnknown, institution))?;
        let place = match listed == area {
            true => Place::Local,
            false => facts::place(file, day, category, known),
        };
        Ok(Scene { site, place })
    }
}

impl Charge<'_> {
    /// Decides, and enters the decision. Returns the entry's id and the answer.
    ///
    /// # Errors
    /// Why nothing is settled.
    pub(in crate::business) fn settle(
        self,
        post: &mut Post<'_>,
        world: &World,
        file: &PersonFile,
        scene: &Scene,
        context: &mut Context<'_>,
    ) -> Result<(Id, Outcome), Refused> {
        let person = self.person;
        let day = self.service.date();
        let version = world.law(person.area)?.on(day).ok_or_else(|| lines::no_policy(day))?;
        post.turn_year(person, context)?;
        let id = post.id(person, context)?;
        let visit = self.case.visit;
        let clearing = match scene.site.venue {
            Venue::Pharmacy => CLEARING_PHARMACY,
            Venue::Hospital | Venue::Internet => CLEARING_OUTPATIENT,
        };
        // A paper claim is nobody's clearing: its institution has been paid.
        let (kind, institution, clearing) = match self.submitted {
            Some(_) => (EntryKind::Reimbursement, Arc::default(), ""),
            None => (EntryKind::Settlement, self.case.institution.clone(), clearing),
        };
        let record = self.record(id.moment(), post, world, file, scene, version)?;
        let entering = Entering {
            id,
            kind,
            key: person,
            institution,
            visit,
            undoes: Id::MIN,
            clearing: Arc::from(clearing),
            record,
        };
        let record = post.enter(entering, context)?;
        let entry = if context.trial { Id::MIN } else { id };
        let message = context.message.clone();
        Ok((id, Outcome::Settled(Box::new(Settled { entry, message, record }))))
    }

    fn record(
        self,
        at: Moment,
        post: &mut Post<'_>,
        world: &World,
        file: &PersonFile,
        scene: &Scene,
        version: Version<'_>,
    ) -> Result<Record, Refused> {
        let (case, inputs) = self.inputs(at, post, world, file, scene, version)?;
        let decided = inputs.decide(version)?;
        Ok(Record {
            v: VERSION,
            who: who(file),
            case,
            decision: decided.decision(&inputs, version),
            moves: cells::named(version.law, &decided.settlement.moves),
            balance: 0,
            trace: decided.steps(version.words),
            inputs,
            original: None,
            taken_back: None,
        })
    }

    fn inputs(
        self,
        at: Moment,
        post: &mut Post<'_>,
        world: &World,
        file: &PersonFile,
        scene: &Scene,
        version: Version<'_>,
    ) -> Result<(Case, Inputs), Refused> {
        let Version { law, policy, words } = version;
        let day = self.service.date();
        let year = policy.benefit_year.of(day);
        let named = match &self.case.paper {
            Some(paper) if self.case.institution.is_empty() => &paper.issuer,
            _ => &self.case.institution,
        };
        let institution = institution_number(named);
        let visit = visit_number(self.case.visit);
        let occasion = Occasion {
            service: self.service,
            institution: &self.case.institution,
            category: self.category,
            known: at,
        };
        let known = facts::as_of(file, law, policy, &occasion);
        let (wallet, family) = self.money(at, post, world, file, version)?;
        let site = &scene.site;
        let inputs = Inputs {
            policy: words.version.clone(),
            document: words.document.clone(),
            service: Arc::from(day.to_string()),
            at: at.0,
            submitted: Arc::from(self.submitted.map(|day| day.to_string()).unwrap_or_default()),
            category: Arc::from(self.category.code()),
            disease: self.case.disease.clone(),
            institution,
            visit,
            designated: site.designated,
            venue: Arc::from(site.venue.code()),
            capabilities: site.stated_capabilities(),
            level: Arc::from(site.level.code()),
            place: Arc::from(scene.place.code()),
            channel: Arc::from(match self.submitted {
                Some(_) => Channel::Paper.code(),
                None => Channel::Direct.code(),
            }),
            account_use: Arc::from(self.account_use.code()),
            prescriber: self.prescription.map(|prescription| {
                (Arc::from(prescription.level.code()), prescription.designated)
            }),
            lines: self.lines,
            facts: FactsInput::of(&known, law),
            wallet,
            family,
            used: cells::within_reach(world.cells(self.person, year), day, institution, visit),
            year,
        };
        Ok((self.case, inputs))
    }

    /// What own and relatives' accounts can pay.
    fn money(
        &self,
        at: Moment,
        post: &mut Post<'_>,
        world: &World,
        file: &PersonFile,
        version: Version<'_>,
    ) -> Result<((i64, i64), Vec<Purse>), Refused> {
        if self.account_use == AccountUse::None {
            return Ok(((0, 0), Vec::new()));
        }
        let own = if wallet::frozen(file, version.policy, at.date(), at) {
            (0, 0)
        } else {
            let year = post.year();
            let (current, earlier) = turned(post.account(self.person)?, year);
            (current.get(), earlier.get())
        };
        let relatives = self.account_use == AccountUse::Family;
        let family =
            if relatives { wallet::family(world, file, version.policy, at) } else { Vec::new() };
        Ok((own, family))
    }
}

/// The stated total must be the sum of the lines.
///
/// # Errors
/// [`Reason::TotalDiffers`].
pub(in crate::business) fn check_total(stated: i64, lines: &[LineInput]) -> Result<(), Refused> {
    let sum = lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.amount));
    if sum == stated {
        return Ok(());
    }
    let (sum, stated) = (kernel::Fen::new(sum), kernel::Fen::new(stated));
    Err(Refused::new(Reason::TotalDiffers, format!("报送{stated}，明细合计{sum}")))
}

fn who(file: &PersonFile) -> Who {
    let person = &file.person;
    let detail: PersonDetail = serde_json::from_str(&person.detail).unwrap_or_default();
    Who {
        name: person.name.clone(),
        cert_type: person.cert_type.clone(),
        cert_no: person.cert_no.clone(),
        gender: person.gender.clone(),
        born: person.born.map_or_else(|| Arc::from(""), |born| Arc::from(born.to_string())),
        nation: detail.nation,
        civil_servant: detail.civil_servant,
    }
}

/// The number that stands for an institution in a bill: FNV-1a of its code.
fn institution_number(code: &str) -> u64 {
    code.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The number that stands for a visit in a bill: the random half of its id.
fn visit_number(visit: Id) -> u64 {
    u64::try_from(visit.0 & u128::from(u64::MAX)).unwrap_or(0)
}
