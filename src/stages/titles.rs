//! What losses that are shown together are called.

use super::state::Contender;

/// The title of each; where a loss stands beside itself, with the parameters that tell them apart. Where nothing else is
/// shown, those say it alone.
#[must_use]
pub fn titles<'a>(contenders: impl IntoIterator<Item = &'a Contender>) -> Vec<String> {
    let contenders: Vec<&Contender> = contenders.into_iter().collect();
    let id = |contender: &&Contender| contender.loss.spec().id;
    if let [alone] = contenders[..] {
        return vec![alone.loss.spec().title.to_owned()];
    }
    let is_one_loss = contenders.windows(2).all(|pair| id(&pair[0]) == id(&pair[1]));
    let title = |own: &&Contender| {
        let title = own.loss.spec().title;
        match (differences(own, &contenders).join(", "), is_one_loss) {
            (none, _) if none.is_empty() => title.to_owned(),
            (differences, true) => differences,
            (differences, false) => format!("{title}, {differences}"),
        }
    };
    contenders.iter().map(title).collect()
}

/// The parameters of a loss that tell it from others of its kind, with their values.
fn differences(own: &Contender, all: &[&Contender]) -> Vec<String> {
    let twins = || all.iter().filter(|other| other.loss.spec().id == own.loss.spec().id);
    let differs = |name, value| twins().any(|twin| twin.params.get(name) != value);
    let told = own.params.iter().filter(|(param, value)| differs(param.name, *value));
    told.map(|(param, value)| format!("{} {}", param.name.replace('_', " "), param.words(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses;

    fn contender(id: &str, settings: &[(&str, &str)]) -> Contender {
        let mut contender = Contender::new(losses::find(id).unwrap());
        for (name, value) in settings {
            contender.params.set_text(name, value).unwrap();
        }
        contender
    }

    #[test]
    fn a_loss_beside_itself_is_named_by_what_differs() {
        let same = [("margin", "0.5")];
        let (all, hard) = (contender("triplet-margin", &same), [same[0], ("mining", "batch-hard")]);
        let hard = contender("triplet-margin", &hard);
        let named = titles([&all, &hard, &contender("circle", &[])]);
        assert_eq!(named[..2], ["Triplet margin loss, mining all", "Triplet margin loss, mining batch-hard"]);
        assert_eq!(named[2], "Circle loss");
        assert_eq!(titles([&all, &hard]), ["mining all", "mining batch-hard"], "of one loss alone");
        assert_eq!(titles([&all, &all]), ["Triplet margin loss"; 2], "nothing tells them apart");
    }
}
