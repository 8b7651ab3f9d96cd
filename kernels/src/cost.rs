//! What evaluating a loss takes in memory, known from the lengths of its inputs before it begins.

use std::collections::BTreeMap;

use crate::input::Inputs;
use crate::kernel::Loss;
use crate::spec::{Params, Role, dimension};

/// What an evaluation holds, as expressions like those of [dimensions](crate::spec::dimension): symbols, whole parameters,
/// `entries` (all that is read), and of losses with groups `alike` (ordered pairs of one group, each sample with itself
/// among them), `triplets` (of an anchor, another one of its group, one of another) and how many `groups` there are, and of
/// those with prototypes how many `prototypes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Operands of the definition on the tape, and results of comparisons, with those that a parameter adds; true within a
    /// factor of 4, which a test holds.
    pub tape: &'static str,
    /// Plain numbers of value and gradient by hand, where they are.
    pub by_hand: Option<&'static str>,
}

/// Bytes that an operand takes: its parent and derivative, a share of its node, and of what a kernel keeps beside the tape;
/// storage that grows takes up to twice what it holds.
const OPERAND: f64 = 64.0;

/// Bytes of a plain number, as input, as gradient, and as text in and out.
const ENTRY: f64 = 100.0;

/// What may be held if nothing else is said, in bytes: on a page a quarter of all that there could be.
pub const LIMIT: f64 = if cfg!(target_arch = "wasm32") { 1e9 } else { 4e9 };

/// How far a declaration may be off.
const FACTOR: f64 = 4.0;

/// Operands that the tape can number.
const MOST_OPERANDS: f64 = u32::MAX as f64;

/// What is computed of a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Value and gradient, by hand where they are.
    Gradient,
    /// Something else, such as the derivative by parameters: always on the tape.
    Tape,
}

impl Cost {
    /// A few operands for each number that is read.
    pub const LINEAR: Self = Self::on_tape("4·entries");

    /// So many operands.
    #[must_use]
    pub const fn on_tape(tape: &'static str) -> Self {
        Self { tape, by_hand: None }
    }

    /// The same, with so many numbers by hand.
    #[must_use]
    pub const fn by_hand(self, numbers: &'static str) -> Self {
        Self { by_hand: Some(numbers), ..self }
    }

    /// About how many operands the definition records; infinite where nobody could count them.
    #[must_use]
    pub fn operands(&self, input: &Inputs<f64>, params: &Params) -> f64 {
        count(self.tape, input, params)
    }

    /// Operands of an evaluation that recorded so many; as declared where most of the work leaves nothing on the tape.
    #[must_use]
    pub fn work(&self, recorded: usize, input: &Inputs<f64>, params: &Params) -> f64 {
        let (declared, recorded) = (self.operands(input, params), recorded as f64);
        if declared > FACTOR * recorded { declared } else { recorded }
    }

    /// About how many plain numbers value and gradient by hand hold, or operands where they are not by hand.
    #[must_use]
    pub fn numbers(&self, input: &Inputs<f64>, params: &Params) -> f64 {
        count(self.by_hand.unwrap_or(self.tape), input, params)
    }

    /// About how many bytes an evaluation holds at a time, inputs and answer included.
    #[must_use]
    pub fn bytes(&self, way: Way, input: &Inputs<f64>, params: &Params) -> f64 {
        let own = match self.by_hand {
            Some(numbers) if way == Way::Gradient => 8.0 * count(numbers, input, params),
            _ => match self.operands(input, params) {
                operands if operands > MOST_OPERANDS => f64::INFINITY,
                operands => OPERAND * operands,
            },
        };
        own + ENTRY * input.count() as f64
    }
}

/// Whether an evaluation fits into a limit in bytes.
///
/// # Errors
/// The sizes, what they would take, and the limit.
pub fn check(
    loss: &dyn Loss,
    way: Way,
    input: &Inputs<f64>,
    params: &Params,
    limit: f64,
) -> Result<f64, String> {
    let bytes = loss.cost().bytes(way, input, params);
    if bytes <= limit {
        return Ok(bytes);
    }
    let sizes: Vec<String> = input.lengths().map(|(name, length)| format!("{name} = {length}")).collect();
    let (id, sizes) = (loss.spec().id, sizes.join(", "));
    Err(format!("{id} with {sizes} would take {} of memory, allowed are {}", size(bytes), size(limit)))
}

/// Bytes in words.
#[must_use]
pub fn size(bytes: f64) -> String {
    match bytes {
        b if b.is_infinite() => "more than can be counted".into(),
        b if b >= 1e9 => format!("{} GB", (b / 1e8).round() / 10.0),
        b => format!("{} MB", (b / 1e6).ceil()),
    }
}

fn count(text: &str, input: &Inputs<f64>, params: &Params) -> f64 {
    let value = |name: &str| match name {
        "entries" => Some(input.count()),
        "alike" => Some(grouped(input, |own, _| own * own)),
        "triplets" => Some(grouped(input, |own, all| own * (own - 1) * (all - own))),
        "groups" => Some(grouped(input, |_, _| 1)),
        "prototypes" => {
            input.spec().of_role(Role::Prototype).next().map(|named| input.rows(named.name).len())
        }
        name if params.has(name) => Some(params.whole(name)),
        name => input.lengths().find(|(symbol, _)| *symbol == name).map(|(_, length)| length),
    };
    dimension::evaluate(text, &value).map_or(f64::INFINITY, |count| count as f64)
}

/// The sum over the groups of what is said of their size and that of the batch.
fn grouped(input: &Inputs<f64>, of: fn(usize, usize) -> usize) -> usize {
    let Some(groups) = input.spec().of_role(Role::Group).next() else { return 0 };
    let labels = input.labels(groups.name);
    let mut sizes = BTreeMap::new();
    labels.iter().for_each(|label| *sizes.entry(label).or_insert(0) += 1);
    sizes.values().map(|&own| of(own, labels.len())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Gradient;
    use crate::losses;
    use crate::testing::random;

    const SIZES: [(&str, usize); 9] =
        [("N", 24), ("C", 5), ("D", 6), ("M", 4), ("K", 3), ("P", 5), ("S", 12), ("Q", 10), ("F", 5)];

    /// Operands as declared and as they are, of random inputs that the loss allows.
    fn operands(loss: &dyn Loss, params: &Params, sizes: &[(&str, usize)]) -> Option<(f64, f64)> {
        let mut batches = (0..100).map(|seed| random(loss.spec(), sizes, seed));
        let input = batches.find(|input| loss.check(input, params).is_ok())?;
        let mut gradient = Gradient::default();
        loss.value_and_gradient_from_tape(&input, params, &mut gradient);
        Some((loss.cost().operands(&input, params), gradient.operands() as f64))
    }

    #[test]
    fn what_is_declared_is_what_the_tape_holds() {
        let mut wrong = Vec::new();
        for loss in losses::all() {
            let spec = loss.spec();
            let params = Params::new(spec.params);
            let grown =
                SIZES.map(|grown| SIZES.map(|(name, n)| (name, if name == grown.0 { 4 * n } else { n })));
            for sizes in grown.iter().chain([&SIZES]) {
                let Some((declared, real)) = operands(loss, &params, sizes) else { continue };
                // What is linear is never what there is too much of.
                let is_less = real > FACTOR * declared;
                let is_more = declared > FACTOR * real && loss.cost() != Cost::LINEAR;
                if is_less || is_more {
                    let (id, cost) = (spec.id, loss.cost().tape);
                    wrong.push(format!("{id}: {cost} is {declared} with {sizes:?}, the tape holds {real}"));
                }
            }
        }
        assert!(
            wrong.is_empty(),
            "the memory of {} evaluations would be told wrongly:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }

    #[test]
    fn what_is_too_much_is_told_with_its_sizes() {
        let loss = losses::find("angular").unwrap();
        let input = random(loss.spec(), &[("N", 300), ("D", 2)], 1);
        let params = Params::new(loss.spec().params);
        let told = check(loss, Way::Gradient, &input, &params, 1e8).unwrap_err();
        assert!(
            told.starts_with("angular with N = 300, D = 2 would take ")
                && told.ends_with(" GB of memory, allowed are 100 MB"),
            "{told}"
        );
        assert!(check(loss, Way::Gradient, &input, &params, LIMIT).is_ok());
    }

    #[test]
    fn groups_are_counted_as_they_are() {
        let loss = losses::find("angular").unwrap();
        let arrays =
            [("embeddings", &[5, 1][..], &[1.0; 5][..]), ("labels", &[5], &[7.0, 7.0, 7.0, 2.0, 2.0])];
        let input = crate::testing::inputs(loss.spec(), &arrays);
        let count = |text| count(text, &input, &Params::new(loss.spec().params));
        assert_eq!((count("alike"), count("triplets"), count("groups")), (13.0, 18.0, 2.0));
        assert_eq!(count("N^2000000"), f64::INFINITY);
    }
}
