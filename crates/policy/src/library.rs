//! Policies by region: the shipped ones, or those in a folder; with their overlays, amendments and switches.

use crate::compile::compile;
use crate::fault::{Fault, Faults};
use crate::source::{self, Document};
use crate::statement::{self, Statement};
use crate::value::Value;
use kernel::{Date, Timeline};
use std::collections::BTreeMap;
use std::path::Path;

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// All documents, by region.
#[derive(Clone, Debug)]
pub struct Library {
    documents: Vec<Document>,
    faults: Vec<Fault>,
    /// Every file as it was given: path and text.
    texts: Vec<(String, String)>,
}

/// What is asked for beyond the documents in force.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Documents (文号) with `in_force = false` to be used all the same.
    pub with: Vec<String>,
    /// Switches: `path=value`, stated over everything else.
    pub set: Vec<String>,
}

/// One region, ready to settle.
#[derive(Clone, Debug)]
pub struct Region {
    /// The compiled policies.
    pub timeline: Timeline,
    /// Its own documents, without those it inherits.
    pub documents: Vec<Document>,
    /// Documents it inherits.
    pub inherited: Vec<Document>,
    /// Every statement.
    pub statements: Vec<Statement>,
}

impl Region {
    /// An invented region: examples only.
    #[must_use]
    pub fn invented(&self) -> bool {
        self.documents.iter().any(|document| document.front.invented)
    }
}

impl Library {
    /// The policies that ship with the program.
    #[must_use]
    pub fn shipped() -> Library {
        Library::from_files(
            SHIPPED.iter().map(|(file, text)| ((*file).to_string(), (*text).to_string())),
        )
    }

    /// The policies in a folder: `<folder>/<region>/**.md`.
    ///
    /// # Errors
    /// The folder or a file that cannot be read.
    pub fn open(folder: &Path) -> std::io::Result<Library> {
        let mut files = Vec::new();
        collect(folder, folder, &mut files)?;
        files.sort();
        Ok(Library::from_files(files))
    }

    /// Reads documents from texts, each with its path relative to the policy folder.
    #[must_use]
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>) -> Library {
        let mut faults = Vec::new();
        let texts: Vec<(String, String)> = files.into_iter().collect();
        let documents =
            texts.iter().filter_map(|(file, text)| source::read(file, text, &mut faults)).collect();
        Library { documents, faults, texts }
    }

    /// Every file, as it was given: its path within the policy folder, and its text.
    #[must_use]
    pub fn texts(&self) -> &[(String, String)] {
        &self.texts
    }

    /// The files of a region and of those it inherits, as they were given: with the same [`Choice`] they compile to the
    /// same policies again.
    #[must_use]
    pub fn texts_of(&self, code: &str) -> Vec<(&str, &str)> {
        let chain = self.chain(code).unwrap_or_default();
        let own = |file: &str| {
            let mut documents = self.documents.iter().filter(|document| document.file == file);
            documents.any(|document| chain.contains(&document.front.region))
        };
        let files = self.texts.iter().filter(|(file, _)| own(file));
        files.map(|(file, text)| (file.as_str(), text.as_str())).collect()
    }

    /// Region codes with their 中文 and English names, in order.
    #[must_use]
    pub fn regions(&self) -> Vec<(&str, &str, &str)> {
        let mut regions: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        for Document { front, .. } in &self.documents {
            let entry = regions.entry(&front.region).or_insert((&front.name, &front.name_en));
            if entry.0.is_empty() {
                *entry = (&front.name, &front.name_en);
            }
        }
        regions.into_iter().map(|(code, (zh, en))| (code, zh, en)).collect()
    }

    /// All documents.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Faults of the files that could not be read as documents.
    #[must_use]
    pub fn unreadable(&self) -> &[Fault] {
        &self.faults
    }

    /// Compiles a region.
    ///
    /// # Errors
    /// Everything that is wrong with its documents or with those it inherits.
    pub fn region(&self, code: &str, choice: &Choice) -> Result<Region, Faults> {
        let chain = self.chain(code).map_err(|faults| Faults(faults).sorted())?;
        let mut faults: Vec<Fault> = self.unreadable_in(&chain);
        self.known_documents(&chain, choice, &mut faults);
        let mut statements = Vec::new();
        let mut inherited = Vec::new();
        let mut documents = Vec::new();
        for (layer, region) in chain.iter().enumerate() {
            for document in
                self.documents.iter().filter(|document| document.front.region == *region)
            {
                let wanted =
                    document.front.in_force || choice.with.contains(&document.front.document);
                let found = statement::flatten(document, layer, &mut faults);
                if wanted {
                    statements.extend(found);
                }
                if region == code {
                    documents.push(document.clone());
                } else {
                    inherited.push(document.clone());
                }
            }
        }
        let first = statements.iter().map(|statement| statement.from).min().unwrap_or(Date::MIN);
        statements.extend(switches(choice, chain.len(), first, &mut faults));
        let spans = statement::spans(&statements, &mut faults);
        if !faults.is_empty() {
            // What is left out would only cause faults of its own further on.
            return Err(Faults(faults).sorted());
        }
        let name = documents.first().map(|document| document.front.clone()).unwrap_or_default();
        let timeline = compile(code, &name, &spans, &mut faults);
        match timeline {
            Some(timeline) if faults.is_empty() => {
                Ok(Region { timeline, documents, inherited, statements })
            }
            _ => Err(Faults(faults).sorted()),
        }
    }

    /// Faults of unreadable files in the folders of these regions.
    fn unreadable_in(&self, chain: &[String]) -> Vec<Fault> {
        let folder = |file: &str| file.split('/').next().unwrap_or_default().to_string();
        let belongs = |fault: &&Fault| {
            let place = folder(&fault.file);
            let beside = |document: &Document| folder(&document.file) == place;
            let mut own = self.documents.iter().filter(|d| chain.contains(&d.front.region));
            chain.iter().any(|code| place.starts_with(code.as_str())) || own.any(beside)
        };
        self.faults.iter().filter(belongs).cloned().collect()
    }

    /// Documents that are asked for, or said to be amended, must be there.
    fn known_documents(&self, chain: &[String], choice: &Choice, faults: &mut Vec<Fault>) {
        let mut own: Vec<&Document> =
            self.documents.iter().filter(|d| chain.contains(&d.front.region)).collect();
        own.sort_by_key(|document| &document.file);
        let known = |name: &String| own.iter().any(|document| document.front.document == *name);
        let list = |wanted: &dyn Fn(&Document) -> bool, some: &str, none: &str| {
            let mut names: Vec<&str> = Vec::new();
            for document in own.iter().filter(|document| wanted(document)) {
                if !names.contains(&document.front.document.as_str()) {
                    names.push(&document.front.document);
                }
            }
            if names.is_empty() {
                none.to_string()
            } else {
                format!("{some}: {}", names.join("、"))
            }
        };
        for name in choice.with.iter().filter(|name| !known(name)) {
            faults.push(Fault {
                file: format!("--with {name}"),
                line: 0,
                article: String::new(),
                problem: "there is no such document".into(),
                fix: list(
                    &|document| !document.front.in_force,
                    "not in force by default",
                    "all documents of the region are in force",
                ),
            });
        }
        for document in &own {
            if let Some(name) = document.front.amends.as_ref().filter(|name| !known(name)) {
                faults.push(Fault {
                    file: document.file.clone(),
                    line: document.front.line("amends"),
                    article: String::new(),
                    problem: format!("amends \"{name}\", and there is no such document"),
                    fix: list(
                        &|other| other.front.document != document.front.document,
                        "known",
                        "the region has no other document",
                    ),
                });
            }
        }
    }

    /// The regions from the outermost inherited one down to `code`.
    fn chain(&self, code: &str) -> Result<Vec<String>, Vec<Fault>> {
        let mut chain = vec![code.to_string()];
        loop {
            let region = chain[0].clone();
            let mut own =
                self.documents.iter().filter(|document| document.front.region == region).peekable();
            if own.peek().is_none() {
                let unreadable = self.unreadable_in(std::slice::from_ref(&region));
                let missing = || vec![self.no_region(&chain, &region)];
                return Err(if unreadable.is_empty() { missing() } else { unreadable });
            }
            let mut parents =
                own.filter_map(|d| d.front.inherits.clone().map(|parent| (d, parent)));
            let Some((document, parent)) = parents.next() else {
                return Ok(chain);
            };
            if let Some((other, _)) = parents.find(|(_, another)| *another != parent) {
                return Err(vec![Fault {
                    file: other.file.clone(),
                    line: other.front.line("inherits"),
                    article: String::new(),
                    problem: format!(
                        "region {region} inherits from two regions; {} says {parent}",
                        document.file
                    ),
                    fix: "a region inherits from one".into(),
                }]);
            }
            if chain.contains(&parent) {
                chain.insert(0, parent);
                return Err(vec![Fault {
                    file: document.file.clone(),
                    line: document.front.line("inherits"),
                    article: String::new(),
                    problem: format!("the regions inherit from each other: {}", chain.join(" ← ")),
                    fix: "one of them must not say `inherits`".into(),
                }]);
            }
            chain.insert(0, parent);
        }
    }

    fn no_region(&self, chain: &[String], region: &str) -> Fault {
        let known: Vec<&str> = self.regions().into_iter().map(|(code, ..)| code).collect();
        let mut inheriting =
            self.documents.iter().filter(|d| d.front.inherits.as_deref() == Some(region));
        let child = chain.get(1).and_then(|child| inheriting.find(|d| d.front.region == *child));
        Fault {
            file: child.map_or_else(|| "policies".to_string(), |document| document.file.clone()),
            line: child.map_or(0, |document| document.front.line("inherits")),
            article: String::new(),
            problem: format!("there is no region {region}"),
            fix: format!("known: {}", known.join(", ")),
        }
    }
}

/// Switches given on the command line, as statements over everything from the region's first day on.
fn switches(choice: &Choice, layer: usize, first: Date, faults: &mut Vec<Fault>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for switch in &choice.set {
        let fault = |problem: String, fix: &str| Fault {
            file: format!("--set {switch}"),
            line: 0,
            article: String::new(),
            problem,
            fix: fix.into(),
        };
        let (path, value) = switch.split_once('=').unwrap_or_default();
        // One line, so that what is wrong with it is said without a line number.
        let toml = |value: &str| format!("{} = {value}", path.trim());
        let quoted = format!("{:?}", value.trim());
        let parsed =
            Value::parse(&toml(value.trim()), 0).or_else(|_| Value::parse(&toml(&quoted), 0));
        let Some(table) = parsed.ok().filter(|_| path.contains('.')) else {
            let fix = "e.g. --set refund.model=current; the path is that of a table and a key";
            faults.push(fault("not path=value".into(), fix));
            continue;
        };
        let document = Document {
            file: format!("--set {switch}"),
            front: source::Front {
                document: "--set".into(),
                effective: Some(first),
                unverified: Some("命令行上的另一种取值 / a switch on the command line".into()),
                ..source::Front::default()
            },
            articles: vec![source::Article {
                citation: String::new(),
                heading: switch.clone(),
                line: 0,
                gist: String::new(),
            }],
            fences: vec![source::Fence { article: 0, from: None, to: None, table }],
            cases: Vec::new(),
            body: (1, String::new()),
        };
        statements.extend(statement::flatten(&document, layer, faults));
    }
    statements
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let name =
                path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if name.contains('/') {
                files.push((name, std::fs::read_to_string(&path)?));
            }
        }
    }
    Ok(())
}
