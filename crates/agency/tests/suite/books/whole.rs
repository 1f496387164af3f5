//! What a check says of books that are right.

use super::Books;
use agency::books::Counts;

#[test]
fn the_books_of_a_year_are_right_and_every_decision_comes_out_again() {
    let report = Books::after("").check();
    let faults: Vec<String> = report.faults.iter().map(|fault| fault.text(false)).collect();
    assert!(report.is_clean() && !report.moved, "{}", faults.join("\n"));
    let Counts { entries, postings, people, visits, messages, replayed, .. } = report.counts;
    assert_eq!((people, visits), (40, 11));
    // Twelve settlements and purchases, two undos, a reversal, a reinstatement; openings, limits used elsewhere, rollovers.
    assert!(entries > 40 && postings > 2 * 20 && messages > 30, "{:?}", report.counts);
    assert_eq!(replayed, 15);
}
