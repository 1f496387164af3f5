//! Numbers that follow from a seed (splitmix64), so that every test can be replayed.

pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Both ends included.
    pub(crate) fn between(&mut self, least: i128, most: i128) -> i128 {
        assert!(least <= most, "nothing lies between {least} and {most}");
        least + i128::from(self.next()) % (most - least + 1)
    }

    pub(crate) fn index(&mut self, count: usize) -> usize {
        let last = i128::try_from(count).expect("a count is small") - 1;
        usize::try_from(self.between(0, last)).expect("an index is small")
    }

    pub(crate) fn percent(&mut self, chance: i128) -> bool {
        self.between(1, 100) <= chance
    }

    pub(crate) fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.index(among.len())]
    }

    /// Cuts `among`, in order, into one or more groups.
    pub(crate) fn groups<T: Copy>(&mut self, among: &[T]) -> Vec<Vec<T>> {
        let mut groups = vec![vec![among[0]]];
        for &value in &among[1..] {
            if self.percent(60) {
                groups.push(Vec::new());
            }
            groups.last_mut().expect("never empty").push(value);
        }
        groups
    }
}

mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_sequence() {
        let draw = |seed| {
            let mut random = Random::from_seed(seed);
            [(); 8].map(|()| random.between(0, 999))
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn groups_keep_every_value_once() {
        let mut random = Random::from_seed(1);
        for _ in 0..100 {
            assert_eq!(random.groups(&[0, 1, 2, 3]).concat(), [0, 1, 2, 3]);
        }
    }
}
