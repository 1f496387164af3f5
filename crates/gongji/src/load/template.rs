//! Messages cut into constant pieces and slots once, so that sending one is copying bytes.

/// A text with slots.
#[derive(Clone, Debug)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(Box<[u8]>),
    /// Place in the values handed to [`Template::render`].
    Slot(usize),
}

impl Template {
    /// Cuts `text` at its slots: `<name>`, each one of `slots`. A text in angle brackets that names no slot stays text.
    #[must_use]
    pub fn new(text: &str, slots: &[&str]) -> Template {
        let mut pieces = Vec::new();
        let mut rest = text;
        let mut searched = 0;
        while let Some(open) = rest[searched..].find('<').map(|at| at + searched) {
            let name = rest[open + 1..].split('>').next().unwrap_or_default();
            let Some(slot) = slots.iter().position(|known| *known == name) else {
                searched = open + 1;
                continue;
            };
            pieces.push(Piece::Text(rest.as_bytes()[..open].into()));
            pieces.push(Piece::Slot(slot));
            rest = &rest[open + name.len() + 2..];
            searched = 0;
        }
        pieces.push(Piece::Text(rest.as_bytes().into()));
        Template { pieces }
    }

    /// Appends the text with its slots filled. A slot without a value stays empty.
    pub fn render(&self, values: &[&[u8]], into: &mut Vec<u8>) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => into.extend_from_slice(text),
                Piece::Slot(slot) => into.extend_from_slice(values.get(*slot).unwrap_or(&&[][..])),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_wherever_they_stand() {
        let template = Template::new("<b>{\"a\":\"<a>\",\"c\":\"<3\",\"b\":\"<b>\"}", &["a", "b"]);
        let mut text = Vec::new();
        template.render(&[b"1", b"2"], &mut text);
        assert_eq!(String::from_utf8(text).unwrap(), "2{\"a\":\"1\",\"c\":\"<3\",\"b\":\"2\"}");
    }
}
