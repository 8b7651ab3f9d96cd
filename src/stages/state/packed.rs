//! Entries of a mask or an image, packed: `bits~…` where all are 0 or 1, `bytes~…` where all are 255ths from 0 to 1. What
//! follows is base64url without padding (RFC 4648), the first entry in the highest bits.

/// Bits of a letter.
const LETTER: u32 = 6;

/// How entries are packed.
struct Packing {
    /// Begins the text.
    prefix: &'static str,
    /// Bits of an entry.
    width: u32,
}

/// The shortest first.
const PACKINGS: [Packing; 2] =
    [Packing { prefix: "bits~", width: 1 }, Packing { prefix: "bytes~", width: 8 }];

impl Packing {
    /// What stands for an entry of 1.
    fn one(&self) -> u32 {
        (1 << self.width) - 1
    }

    fn entry(&self, code: u32) -> f64 {
        f64::from(code) / f64::from(self.one())
    }

    /// What stands for an entry, if that is exactly it.
    fn code(&self, entry: f64) -> Option<u32> {
        // An entry below 0 becomes 0, which is another entry.
        let code = (entry * f64::from(self.one())).round() as u32;
        (code <= self.one() && self.entry(code).to_bits() == entry.to_bits()).then_some(code)
    }
}

/// The text of entries, if there is a packing for them.
pub(super) fn write(entries: &[f64]) -> Option<String> {
    PACKINGS.iter().find_map(|packing| {
        let codes: Option<Vec<u32>> = entries.iter().map(|&entry| packing.code(entry)).collect();
        let letters = regrouped(&codes?, packing.width, LETTER).into_iter().map(letter);
        Some(packing.prefix.chars().chain(letters).collect())
    })
}

/// The entries of a text, so many; nothing if it is not packed.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(text: &str, count: usize) -> Option<Result<Vec<f64>, String>> {
    PACKINGS.iter().find_map(|packing| {
        let letters = text.strip_prefix(packing.prefix)?;
        let needed = (count * packing.width as usize).div_ceil(LETTER as usize);
        if letters.chars().count() != needed {
            return Some(Err(format!("has {} letters, {needed} are needed", letters.chars().count())));
        }
        let Some(sextets) = letters.chars().map(sextet).collect::<Option<Vec<u32>>>() else {
            return Some(Err("holds other letters than A–Z, a–z, 0–9, - and _".to_owned()));
        };
        let codes = regrouped(&sextets, LETTER, packing.width).into_iter().take(count);
        Some(Ok(codes.map(|code| packing.entry(code)).collect()))
    })
}

/// Bits in groups of another width; zeros fill the last group.
fn regrouped(groups: &[u32], width: u32, other: u32) -> Vec<u32> {
    let bits = groups.iter().flat_map(|group| (0..width).rev().map(move |i| group >> i & 1));
    let bits: Vec<u32> = bits.collect();
    let group = |chunk: &[u32]| (0..other as usize).fold(0, |code, i| code << 1 | chunk.get(i).unwrap_or(&0));
    bits.chunks(other as usize).map(group).collect()
}

// By arithmetic, not by tables: those would travel before the first plot.

fn letter(sextet: u32) -> char {
    let (first, from) = match sextet {
        0..=25 => ('A', 0),
        26..=51 => ('a', 26),
        52..=61 => ('0', 52),
        62 => return '-',
        _ => return '_',
    };
    char::from_u32(u32::from(first) + sextet - from).expect("a letter or a digit")
}

fn sextet(letter: char) -> Option<u32> {
    let (first, from) = match letter {
        'A'..='Z' => ('A', 0),
        'a'..='z' => ('a', 26),
        '0'..='9' => ('0', 52),
        '-' => return Some(62),
        '_' => return Some(63),
        _ => return None,
    };
    Some(u32::from(letter) - u32::from(first) + from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_base64_of_the_standard() {
        // RFC 4648, section 10: "foobar" and "fooba".
        let bytes = |text: &str| text.bytes().map(|byte| f64::from(byte) / 255.0).collect::<Vec<_>>();
        assert_eq!(write(&bytes("foobar")).as_deref(), Some("bytes~Zm9vYmFy"));
        assert_eq!(write(&bytes("fooba")).as_deref(), Some("bytes~Zm9vYmE"));
        assert_eq!(write(&[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]).as_deref(), Some("bits~gg"));
        for other in [0.5, -0.0, f64::NAN, 1.0 + f64::EPSILON, -1.0, 2.0] {
            assert_eq!(write(&[other]), None, "{other} is told as another number");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(read("0,1", 2), None);
        assert_eq!(read("bits~AA", 3), Some(Err("has 2 letters, 1 are needed".into())));
        assert_eq!(read("bytes~=A", 1), Some(Err("holds other letters than A–Z, a–z, 0–9, - and _".into())));
    }

    proptest! {
        #[test]
        fn what_is_packed_is_read_back(
            bytes in prop::collection::vec(any::<u8>(), 0..40),
            bits in prop::collection::vec(any::<bool>(), 0..40),
        ) {
            let images = bytes.into_iter().map(|byte| f64::from(byte) / 255.0).collect::<Vec<_>>();
            let masks = bits.into_iter().map(|bit| f64::from(u8::from(bit))).collect::<Vec<_>>();
            for entries in [images, masks] {
                let text = write(&entries).expect("both have a packing");
                prop_assert_eq!(read(&text, entries.len()), Some(Ok(entries)));
            }
        }
    }
}
