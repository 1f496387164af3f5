//! The core with its threads: order by person, a full queue, an end that finishes what was begun.

use crate::memory::Memory;
use crate::village::counter::refused;
use crate::village::{Hands, PHARMACY_1, agency, line, purchase, village};
use agency::core::{Core, Job, Queue, Reply, Settings};
use agency::{Outcome, Reason};
use std::sync::mpsc::{Receiver, Sender, channel};
use store::Id;

fn job(who: &'static str, answers: &Sender<(&'static str, Reply)>) -> Job {
    let answers = answers.clone();
    let lines = vec![line("1", "A", 100, "2024-03-01 09:00:00")];
    Job {
        business: Box::new(purchase(who, PHARMACY_1, lines)),
        message: None,
        sent: None,
        reply: Box::new(move |reply| answers.send((who, reply)).unwrap()),
    }
}

fn core(workers: usize, batch: usize) -> (Memory, Core) {
    let memory = Memory::with(&village());
    let agency = agency(&memory, &Hands::at("2024-03-01 10:00:00"));
    let settings = Settings { batch, workers: Some(workers), ..Settings::default() };
    (memory, Core::start(agency, settings).unwrap())
}

#[test]
fn with_several_threads_requests_of_one_person_are_still_decided_in_order() {
    let (memory, core) = core(4, 3);
    let (send, receive): (_, Receiver<(&str, Reply)>) = channel();
    for number in 0..400 {
        core.submit(job(["甲", "乙", "丙", "丁"][number % 3], &send));
    }
    core.close();
    drop(send);
    let mut last = std::collections::BTreeMap::<&str, (Id, i64)>::new();
    let mut answers = 0;
    for (who, reply) in receive {
        let Outcome::Settled(settled) = reply.unwrap().outcome else { panic!("not settled") };
        let money = settled.record.balance;
        if let Some((entry, before)) = last.insert(who, (settled.entry, money)) {
            assert!(entry < settled.entry && before >= money, "{who}");
        }
        answers += 1;
    }
    assert_eq!(answers, 400, "closing finishes what was accepted");
    assert_eq!(memory.tables().entries.len(), 400);
}

#[test]
fn a_full_queue_and_a_closed_one_answer_at_once() {
    let (send, receive) = channel();
    let queue = Queue::new(2, false);
    (0..3).for_each(|_| queue.push(job("甲", &send)));
    assert_eq!(refused(&receive.try_recv().unwrap().1), Reason::Busy);
    queue.close();
    queue.push(job("甲", &send));
    assert_eq!(refused(&receive.try_recv().unwrap().1), Reason::Closing);
    assert_eq!(queue.waiting(), 2);
    assert!(queue.take(10).is_some() && queue.take(10).is_none());
}

#[test]
fn whoever_is_in_a_running_batch_is_kept_out_of_the_next_and_keeps_the_order() {
    let (send, _receive) = channel();
    let queue = Queue::new(10, true);
    ["甲", "甲", "乙"].into_iter().for_each(|who| queue.push(job(who, &send)));
    assert!(!queue.take_now(1).is_empty(), "the first of 甲");
    assert!(!queue.take_now(10).is_empty(), "乙 goes past 甲");
    assert_eq!(queue.waiting(), 1);
    assert!(queue.take_now(10).is_empty(), "甲 waits");
}
