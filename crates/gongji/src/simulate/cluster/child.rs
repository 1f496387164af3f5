//! The Python process that speaks with the cluster: started, listened to line by line, ended.

use super::ClusterArgs;
use crate::lang::Lang;
use ::simulate::ENGINE;
use anyhow::{Context as _, Error, Result, anyhow};
use serde::Deserialize;
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, ErrorKind, Lines};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What it says.
pub(super) enum Told {
    /// A bucket is done.
    Done,
    /// Something happened on the way.
    Note(String),
    /// All is done; so many buckets came more than once.
    Repeated(u64),
    /// It cannot be done.
    Fault(String),
    /// It says nothing more.
    End,
}

/// A line of its output.
#[derive(Deserialize)]
struct Line {
    done: Option<usize>,
    note: Option<Words>,
    repeated: Option<u64>,
    fault: Option<Words>,
}

#[derive(Deserialize)]
struct Words {
    zh: String,
    en: String,
}

/// Lines of its standard error that are kept.
const KEPT: usize = 20;
/// How long it may take to end once it has said everything.
const PATIENCE: Duration = Duration::from_secs(20);

/// The process.
pub(super) struct Child {
    process: std::process::Child,
    lines: Lines<BufReader<ChildStdout>>,
    errors: Arc<Mutex<VecDeque<String>>>,
    listening: Option<JoinHandle<()>>,
    python: PathBuf,
    lang: Lang,
}

impl Child {
    /// Starts it.
    pub(super) fn start(
        args: &ClusterArgs,
        store: &Path,
        job: &Path,
        out: &Path,
        lang: Lang,
    ) -> Result<Child> {
        let mut command = Command::new(&args.python);
        command.args(["-m", "gongji.cluster", "--watched", "--engine", ENGINE]);
        command.args(["--cluster", args.cluster.as_deref().unwrap_or_default()]);
        command.arg("--store").arg(store).arg("--job").arg(job).arg("--out").arg(out);
        command.args(["--wait", &args.cluster_wait.to_string()]);
        command.args(["--tries", &args.cluster_tries.to_string()]);
        command.args(args.cluster_set.iter().map(|setting| format!("--set={setting}")));
        if let Some(python) = &args.worker_python {
            command.args(["--worker-python", python]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process =
            command.spawn().map_err(|error| not_started(&args.python, &error, lang))?;
        let output = process.stdout.take().context("stdout")?;
        let errors: Arc<Mutex<VecDeque<String>>> = Arc::default();
        let listening = process.stderr.take().map(|stream| {
            let errors = errors.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let mut kept = errors.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.push_back(line);
                    if kept.len() > KEPT {
                        kept.pop_front();
                    }
                }
            })
        });
        let (lines, python) = (BufReader::new(output).lines(), args.python.clone());
        Ok(Child { process, lines, errors, listening, python, lang })
    }

    /// The next thing it says.
    pub(super) fn next(&mut self) -> Result<Told> {
        let Some(line) = self.lines.next() else { return Ok(Told::End) };
        let line = line?;
        let read: Line = serde_json::from_str(&line).with_context(|| line.clone())?;
        let said = |words: Words| self.lang.choose(|| words.zh.clone(), || words.en.clone());
        Ok(match read {
            Line { fault: Some(words), .. } => Told::Fault(said(words)),
            Line { note: Some(words), .. } => Told::Note(said(words)),
            Line { repeated: Some(count), .. } => Told::Repeated(count),
            Line { done: Some(_), .. } => Told::Done,
            _ => return Err(anyhow!("{line}")),
        })
    }

    /// Why it ended without having said that all is done.
    pub(super) fn gave_up(&mut self) -> Error {
        let status = self.process.wait().map(|status| status.to_string()).unwrap_or_default();
        if let Some(listening) = self.listening.take() {
            // It only reads lines; a panic there would leave fewer of them.
            let _ = listening.join();
        }
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let text = errors.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        let python = self.python.display();
        if text.contains("No module named 'gongji'") || text.contains("No module named gongji") {
            return anyhow!(self.lang.choose(
                || format!("{python} 里没有 gongji 包；请安装：{python} -m pip install gongji-….whl，或用 --python 指明装了它的 Python"),
                || format!("there is no package gongji in {python}; install it: {python} -m pip install gongji-….whl, or name the Python that has it with --python"),
            ));
        }
        anyhow!(self.lang.choose(
            || format!("{python} -m gongji.cluster 意外结束（{status}）：\n{text}"),
            || format!("{python} -m gongji.cluster ended unexpectedly ({status}):\n{text}"),
        ))
    }

    /// Waits for its end.
    pub(super) fn end(&mut self) -> Result<()> {
        let by = Instant::now() + PATIENCE;
        while self.process.try_wait()?.is_none() {
            if Instant::now() > by {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Child {
    /// Whatever happened, it does not stay behind: it ends by itself when its standard input does, or is ended.
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let by = Instant::now() + PATIENCE;
        while matches!(self.process.try_wait(), Ok(None)) && Instant::now() < by {
            std::thread::sleep(Duration::from_millis(20));
        }
        // Gone already, or it will not listen; nothing more can be done about it here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn not_started(python: &Path, error: &std::io::Error, lang: Lang) -> Error {
    let python = python.display();
    if error.kind() == ErrorKind::NotFound {
        return anyhow!(lang.choose(
            || format!("找不到 {python}；请安装 Python 3.10 或更新的，或用 --python 指明"),
            || format!(
                "there is no {python}; install Python 3.10 or later, or name it with --python"
            ),
        ));
    }
    anyhow!(lang.choose(
        || format!("{python} 启动不了（{error}）"),
        || format!("{python} cannot be started ({error})"),
    ))
}
