//! What losses that are shown together are called.

use super::state::Contender;

/// The title of each; where a loss stands beside itself, with the parameters that tell them apart.
#[must_use]
pub fn titles<'a>(contenders: impl IntoIterator<Item = &'a Contender>) -> Vec<String> {
    let contenders: Vec<&Contender> = contenders.into_iter().collect();
    let title = |own: &&Contender| {
        let id = own.loss.spec().id;
        let twins = || contenders.iter().filter(|c| c.loss.spec().id == id);
        let mut title = own.loss.spec().title.to_owned();
        for (param, value) in own.params.iter() {
            if twins().any(|twin| twin.params.get(param.name) != value) {
                title += &format!(", {} {}", param.name.replace('_', " "), param.words(value));
            }
        }
        title
    };
    contenders.iter().map(title).collect()
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
        let named = titles(&[all, contender("triplet-margin", &hard), contender("circle", &[])]);
        assert_eq!(named[..2], ["Triplet margin loss, mining all", "Triplet margin loss, mining batch-hard"]);
        assert_eq!(named[2], "Circle loss");
    }
}
