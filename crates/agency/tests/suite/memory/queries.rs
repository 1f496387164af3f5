//! Reads beside the path, as far as these tests need them.

use super::Memory;
use kernel::{Date, Fen, Moment};
use std::sync::Arc;
use store::queries::{Answer, ByFact, InstitutionTotal};
use store::{
    Account, Archive, Area, Closing, Document, DocumentKey, Entry, Fact, Id, Institution, Item,
    Message, PaidBy, PersonKey, PostedAs, PostedAt, Queries, Sheet, StoreError, Subject, Visit,
    YearRow,
};

fn not_here<T>() -> Answer<T> {
    Err(StoreError::Database("not asked in these tests".into()))
}

impl Queries for Memory {
    fn person_by_credential(&self, _: Area, _: &str, _: &str) -> Answer<Option<PersonKey>> {
        not_here()
    }
    fn visits(&self, _: &PersonKey, _: Id, _: Id) -> Answer<Vec<Visit>> {
        not_here()
    }
    fn history(&self, person: &PersonKey, from: Id, to: Id) -> Answer<Vec<Entry>> {
        let tables = self.tables();
        let own = tables.entries.range(from..to).map(|(_, entry)| entry);
        Ok(own.filter(|entry| entry.key == *person).cloned().collect())
    }
    fn unreadable(&self, _: Area, _: Id, _: Id, _: usize) -> Answer<Vec<store::Unreadable>> {
        Ok(Vec::new())
    }
    fn entered(&self, _: Area, _: &[store::Span]) -> Answer<Vec<Option<store::queries::Entries>>> {
        not_here()
    }
    fn entries_at(&self, _: Area, _: &str, _: Id, _: Id, _: usize) -> Answer<Vec<Entry>> {
        not_here()
    }
    fn totals_at(&self, _: Area, _: &str, _: Id, _: Id) -> Answer<Vec<InstitutionTotal>> {
        not_here()
    }
    fn totals_by_institution(
        &self,
        _: Area,
        _: Id,
        _: Id,
    ) -> Answer<Vec<(Arc<str>, InstitutionTotal)>> {
        not_here()
    }
    fn posted_by_institution(&self, _: Area, _: Id, _: Id) -> Answer<Vec<PostedAt>> {
        not_here()
    }
    fn posted_by_kind(&self, _: Area, _: Id, _: Id) -> Answer<Vec<PostedAs>> {
        not_here()
    }
    fn paid_by_programme(&self, _: Area, _: Id, _: Id) -> Answer<Vec<PaidBy>> {
        not_here()
    }
    fn people_by_fact(&self, _: Area, _: ByFact<'_>) -> Answer<Vec<(Arc<str>, i64)>> {
        not_here()
    }
    fn people_with_fact(
        &self,
        _: Area,
        _: ByFact<'_>,
        _: &str,
        _: &str,
        _: usize,
    ) -> Answer<Vec<Fact>> {
        not_here()
    }
    fn facts_begun(
        &self,
        _: Area,
        _: &str,
        _: (Date, Date),
        _: Moment,
        _: &str,
    ) -> Answer<Vec<store::BegunFacts>> {
        not_here()
    }
    fn people_by_group(
        &self,
        _: Area,
        _: Id,
        _: Id,
        _: &std::collections::BTreeMap<Arc<str>, Arc<str>>,
    ) -> Answer<Vec<store::GroupPeople>> {
        not_here()
    }
    fn documents_filed(
        &self,
        _: Area,
        _: &str,
        _: (Moment, Moment),
        _: (&str, &str),
        _: usize,
    ) -> Answer<Vec<Document>> {
        not_here()
    }
    fn messages_numbered(&self, _: Area, _: &str, _: &str) -> Answer<Vec<Message>> {
        not_here()
    }
    fn document(&self, key: &DocumentKey) -> Answer<Option<Document>> {
        Ok(self.tables().documents.get(key).cloned())
    }
    fn documents(
        &self,
        _: Area,
        _: &str,
        _: &str,
        _: (&str, &str),
        _: usize,
    ) -> Answer<Vec<Document>> {
        not_here()
    }
    fn areas(&self) -> Answer<Vec<(Area, i64)>> {
        Ok(self.tables().directories.iter().map(|(area, it)| (*area, *it)).collect())
    }
    fn institutions(&self, area: Area) -> Answer<Vec<Institution>> {
        let tables = self.tables();
        Ok(tables.institutions.values().filter(|it| it.area == area).cloned().collect())
    }
    fn institution_facts(&self, area: Area) -> Answer<Vec<Fact>> {
        let about =
            |fact: &&Fact| matches!(&fact.subject, Subject::Institution(of, _) if *of == area);
        Ok(self.tables().facts.values().filter(about).cloned().collect())
    }
    fn items(&self, area: Area, after: (&str, Date), limit: usize) -> Answer<Vec<Item>> {
        let tables = self.tables();
        let page = tables.items.values().filter(|it| it.area == area);
        let page = page.filter(|it| (&*it.code, it.from) > after);
        Ok(page.take(limit).cloned().collect())
    }
    fn archives(&self, area: Area) -> Answer<Vec<Archive>> {
        let tables = self.tables();
        Ok(tables.archives.values().filter(|it| it.area == area).cloned().collect())
    }
    fn people(&self, _: Area, _: &str, _: &str, _: usize) -> Answer<Vec<store::PersonFile>> {
        not_here()
    }
    fn marks(&self, _: Area, _: usize) -> Answer<Vec<Arc<str>>> {
        not_here()
    }
    fn bound_to(&self, _: Area, _: &str) -> Answer<Vec<PersonKey>> {
        not_here()
    }
    fn accounts(&self, _: Area, _: &str, _: usize) -> Answer<Vec<Account>> {
        not_here()
    }
    fn years(&self, _: Area, _: (&str, i32), _: usize) -> Answer<Vec<YearRow>> {
        not_here()
    }
    fn entries(&self, _: Area, _: Id, _: Id, _: usize) -> Answer<Vec<Entry>> {
        not_here()
    }
    fn all_visits(&self, _: Area, _: Id, _: Id, _: usize) -> Answer<Vec<Visit>> {
        not_here()
    }
    fn all_sheets(&self, _: Area, _: Id, _: Id, _: usize) -> Answer<Vec<Sheet>> {
        not_here()
    }
    fn all_messages(&self, _: Area, _: Option<&Message>, _: usize) -> Answer<Vec<Message>> {
        not_here()
    }
    fn posted(&self, _: Area, _: Id, _: Id) -> Answer<Vec<(i16, Arc<str>, Fen)>> {
        not_here()
    }
    fn closings(&self, _: Area) -> Answer<Vec<Closing>> {
        not_here()
    }
    fn undone(&self, _: Area, _: Id, _: Id) -> Answer<Vec<(Id, Id)>> {
        not_here()
    }
    fn ping(&self) -> Answer<()> {
        Ok(())
    }
    fn backup(&self, _: &std::path::Path) -> Answer<()> {
        not_here()
    }
}
