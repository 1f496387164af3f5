//! How a line splits under the catalogue of its day.

use super::StatedLine;
use crate::directory::{Directory, Listing, Site};
use crate::facts;
use crate::reason::{Reason, Refused};
use crate::record::{LineInput, LineSplit, parts_of};
use crate::regions::{Law, Version};
use crate::world::World;
use kernel::bill::line_ceiling;
use kernel::policy::OffsiteRules;
use kernel::{CatalogueClass, Category, Channel, Date, Fen, Moment, Place};
use std::sync::Arc;
use store::{Area, PersonKey};

/// 医院审批标志: the hospital approves a restricted use.
const APPROVED: &str = "1";
/// The hospital says it is not payable.
const REFUSED: &str = "2";
/// 先行自付比例 of what the person pays wholly.
const WHOLE: i32 = 10_000;

/// By how much a sender's clock may be ahead, milliseconds.
const CLOCKS_DIFFER: i64 = 3_600_000;

/// Splits the lines of one person at one institution.
pub(in crate::business) struct Splitter<'w> {
    world: &'w World,
    law: &'w Law,
    person: &'w PersonKey,
    source: Source<'w>,
    known: Moment,
    /// The last day looked up: lines of one message are nearly always of one day.
    day: Option<Day<'w>>,
}

/// Where the lines arose.
enum Source<'w> {
    /// At an institution that sends them itself; the directory says what it is.
    Direct(&'w str),
    /// On paper: what the institution is was found out, with the area it lies in, if known.
    Paper(Site, Place, Option<Area>),
}

/// What holds for the lines of a day.
struct Day<'w> {
    day: Date,
    site: Site,
    version: Version<'w>,
    /// Whose catalogue decides (CQ Art 7: that of the place of care where the policy says so).
    catalogue: Option<&'w Directory>,
}

impl<'w> Splitter<'w> {
    /// For a person at an institution, as known at a moment.
    ///
    /// # Errors
    /// [`Reason::AreaUnknown`].
    pub(in crate::business) fn new(
        world: &'w World,
        person: &'w PersonKey,
        institution: &'w str,
        known: Moment,
    ) -> Result<Splitter<'w>, Refused> {
        let law = world.law(person.area)?;
        Ok(Splitter { world, law, person, source: Source::Direct(institution), known, day: None })
    }

    /// For a bill on paper: what the institution is, what kind of off-site care it was, and in which area.
    ///
    /// # Errors
    /// [`Reason::AreaUnknown`].
    pub(in crate::business) fn on_paper(
        world: &'w World,
        person: &'w PersonKey,
        (site, place, area): (Site, Place, Option<Area>),
        known: Moment,
    ) -> Result<Splitter<'w>, Refused> {
        let law = world.law(person.area)?;
        let source = Source::Paper(site, place, area);
        Ok(Splitter { world, law, person, source, known, day: None })
    }

    /// Splits a line.
    ///
    /// # Errors
    /// [`Reason::LineAmount`], [`Reason::InstitutionUnknown`], [`Reason::Content`] for a fee of the future,
    /// [`Reason::BillRefused`] without a policy on the day.
    pub(in crate::business) fn split(&mut self, stated: &StatedLine) -> Result<LineSplit, Refused> {
        check_amount(stated)?;
        let day = stated.at.date();
        if stated.at.0 > self.known.0 + CLOCKS_DIFFER {
            let words = format!("明细{}发生于{}，晚于受理时间", stated.serial, stated.at);
            return Err(Refused::new(Reason::Content, words));
        }
        let Day { site, version, catalogue, .. } = self.on(day)?;
        let listing = catalogue.and_then(|directory| directory.item(&stated.item, day));
        let (payable, note) = payable(listing.map(|it| &**it), &stated.rest.approval);
        let listed = listing.filter(|_| payable);
        let class = listed.map_or(CatalogueClass::C, |listing| listing.class);
        let unit_ceiling = listed.and_then(|listing| listing.ceiling_at(site.level));
        let line = LineInput {
            serial: stated.serial.clone(),
            item: stated.item.clone(),
            amount: stated.amount,
            class: Arc::from(class.code()),
            first_pay: match class {
                CatalogueClass::A => 0,
                CatalogueClass::B => listed.map_or(0, |listing| listing.detail.first_pay),
                CatalogueClass::C => WHOLE,
            },
            ceiling: unit_ceiling
                .and_then(|ceiling| line_ceiling(ceiling, stated.quantity))
                .map(Fen::get),
            flags: listed.map_or(0, |listing| listing.flags.0),
            disease: stated.rest.disease.clone(),
            denied: listing.is_some_and(|listing| listing.detail.denied),
        };
        let fee = line.read(version.law)?;
        if let Err(refusal) = fee.decompose(version.policy.rounding) {
            let words = format!("明细{}：{refusal}", stated.serial);
            return Err(Refused::new(Reason::BillRefused, words));
        }
        let detail = listing.map(|listing| &listing.detail);
        Ok(LineSplit {
            parts: parts_of(&fee, version.policy.rounding),
            line,
            quantity: stated.quantity,
            price: stated.price,
            unit_ceiling,
            charge_type: detail.map_or_else(|| Arc::from(""), |detail| detail.charge_type.clone()),
            restricted: detail.is_some_and(|detail| detail.restricted),
            essential: detail.is_some_and(|detail| detail.essential),
            note: Arc::from(note),
        })
    }

    fn on(&mut self, day: Date) -> Result<&Day<'w>, Refused> {
        if self.day.as_ref().is_none_or(|known| known.day != day) {
            self.day = Some(self.look_up(day)?);
        }
        self.day.as_ref().ok_or_else(|| no_policy(day))
    }

    fn look_up(&self, day: Date) -> Result<Day<'w>, Refused> {
        let (world, own) = (self.world, self.person.area);
        let (site, place, channel, area) = match &self.source {
            Source::Direct(institution) => {
                let unknown = || Refused::new(Reason::InstitutionUnknown, *institution);
                let (area, site) =
                    world.site(own, institution, day, self.known).ok_or_else(unknown)?;
                (site, self.place(area, day), Channel::Direct, Some(area))
            }
            Source::Paper(site, place, area) => (site.clone(), *place, Channel::Paper, *area),
        };
        let version = self.law.on(day).ok_or_else(|| no_policy(day))?;
        let theirs = version.policy.offsite.place_of_care_catalogue;
        let theirs = theirs & OffsiteRules::bit(place, channel) != 0;
        let whose = area.filter(|_| theirs).unwrap_or(own);
        let catalogue = world.directory(whose).map(|directory| &**directory);
        Ok(Day { day, site, version, catalogue })
    }

    /// What kind of off-site care it is. Lines may come before it is known what the visit is for; an emergency is then as
    /// good as not filed, and no policy gives the two different catalogues.
    fn place(&self, listed: Area, day: Date) -> Place {
        if listed == self.person.area {
            return Place::Local;
        }
        let file = self.world.file(self.person);
        file.map_or(Place::Unfiled, |file| facts::place(file, day, Category::Ordinary, self.known))
    }
}

/// No policy is in force on a day.
pub(in crate::business) fn no_policy(day: Date) -> Refused {
    Refused::new(Reason::BillRefused, format!("{}：{day}", kernel::Refusal::NoPolicy))
}

/// Whether the funds may share a line, and if not though it was asked, why.
fn payable(listing: Option<&Listing>, approval: &str) -> (bool, &'static str) {
    let Some(listing) = listing else { return (false, "不在医保目录内，全自费") };
    match (listing.detail.restricted, approval) {
        (true, APPROVED) => (true, ""),
        (true, _) => (false, "限制使用，医院未审批通过，全自费"),
        (false, REFUSED) => (false, "医院审批不通过，全自费"),
        (false, _) => (true, ""),
    }
}

/// 明细金额 = 数量 × 单价, half up to the fen; a fen of difference is let pass.
fn check_amount(stated: &StatedLine) -> Result<(), Refused> {
    let refused = |words: String| Err(Refused::new(Reason::LineAmount, words));
    if stated.amount < 0 || stated.quantity < 0 || stated.price < 0 {
        return refused(format!("明细{}为负；退费请撤销原结算", stated.serial));
    }
    // Ten-thousandths times millionths of a yuan are 1e-8 fen.
    let product = i128::from(stated.quantity) * i128::from(stated.price);
    let fen = (product + 50_000_000) / 100_000_000;
    if (fen - i128::from(stated.amount)).abs() > 1 {
        let product =
            i64::try_from(fen).map_or_else(|_| "过大".into(), |fen| Fen::new(fen).to_string());
        let stated_amount = Fen::new(stated.amount);
        return refused(format!("明细{}：{stated_amount}，应为{product}", stated.serial));
    }
    Ok(())
}
