//! The recovery phrase on the screen: checking that it was written down, and passphrases.

/// Characters that a new passphrase has at least.
pub const MIN_PASSPHRASE: usize = 8;

/// One question of the check: which word stands at a position?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The position, the first being 1.
    pub position: usize,
    /// The words to choose from: the right one and others of the phrase, in alphabetical order.
    pub choices: Vec<String>,
}

/// Asks for three words at different positions, in ascending order. Choosing is enough: typing
/// from memory would be a test of the person, not of the note.
#[must_use]
pub fn questions(words: &[String], random: &[u8; 16]) -> Vec<Question> {
    let mut positions: Vec<usize> = Vec::new();
    let mut rest: Vec<usize> = (0..words.len()).collect();
    for byte in random.iter().take(3) {
        if !rest.is_empty() {
            positions.push(rest.remove(usize::from(*byte) % rest.len()));
        }
    }
    positions.sort_unstable();
    let random = random.get(3..).unwrap_or_default();
    positions
        .iter()
        .enumerate()
        .map(|(index, position)| Question {
            position: position + 1,
            choices: choices(words, *position, random.get(index * 4..).unwrap_or_default()),
        })
        .collect()
}

/// Four different words, the one at `position` among them.
fn choices(words: &[String], position: usize, random: &[u8]) -> Vec<String> {
    let Some(right) = words.get(position) else { return Vec::new() };
    let mut others: Vec<String> = words.iter().filter(|word| *word != right).cloned().collect();
    others.sort_unstable();
    others.dedup();
    let mut choices = vec![right.clone()];
    for byte in random.iter().take(3) {
        if !others.is_empty() {
            choices.push(others.remove(usize::from(*byte) % others.len()));
        }
    }
    choices.sort_unstable();
    choices
}

/// The positions, counted from 1, whose answer is wrong or missing.
#[must_use]
pub fn wrong_answers(words: &[String], questions: &[Question], answers: &[String]) -> Vec<usize> {
    let is_wrong = |(index, question): &(usize, &Question)| {
        answers.get(*index) != words.get(question.position - 1)
    };
    questions.iter().enumerate().filter(is_wrong).map(|(_, question)| question.position).collect()
}

/// What was typed with `word` in the place of the word that is being typed, ready for the next one.
#[must_use]
pub fn completed(text: &str, word: &str) -> String {
    let begun = text.trim_end_matches(char::is_alphabetic);
    format!("{begun}{word} ")
}

/// How hard a passphrase is to guess, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Fewer than [`MIN_PASSPHRASE`] characters.
    TooShort,
    /// A list of usual passwords would find it.
    Weak,
    /// It withstands a casual attempt.
    Fair,
    /// It withstands an effort.
    Strong,
}

impl Strength {
    /// Judges a passphrase by its length and variety. Length counts most.
    #[must_use]
    pub fn of(passphrase: &str) -> Self {
        let length = passphrase.chars().count();
        let mut distinct: Vec<char> = passphrase.chars().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let kinds: [fn(char) -> bool; 4] = [
            |character| character.is_lowercase(),
            |character| character.is_uppercase(),
            |character| character.is_numeric(),
            |character| !character.is_alphanumeric(),
        ];
        let variety = kinds.iter().filter(|kind| passphrase.chars().any(kind)).count();
        match (length, distinct.len()) {
            (..MIN_PASSPHRASE, _) => Self::TooShort,
            (_, ..5) => Self::Weak,
            (20.., 8..) => Self::Strong,
            (14.., 8..) if variety >= 2 => Self::Strong,
            (10.., _) if variety >= 2 => Self::Fair,
            (14.., _) => Self::Fair,
            _ => Self::Weak,
        }
    }

    /// What to say.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::TooShort => {
                t!("At least 8 characters. Four or five unrelated words are a good choice.")
            }
            Self::Weak => {
                t!("Easy to guess. A longer one is better: four or five unrelated words.")
            }
            Self::Fair => t!("Fair. Every further word makes it much harder to guess."),
            Self::Strong => t!("Strong."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::wallet::mnemonic::Entropy;

    fn words_of(entropy: [u8; 16]) -> Vec<String> {
        Entropy::of_12_words(entropy).words().into_iter().map(String::from).collect()
    }

    fn words() -> Vec<String> {
        words_of([0x3a; 16])
    }

    #[test]
    fn three_different_positions_are_asked_in_order() {
        for seed in 0..=255_u8 {
            let random = core::array::from_fn(|index| {
                seed.wrapping_mul(31).wrapping_add(u8::try_from(index * 7).unwrap())
            });
            let questions = questions(&words(), &random);
            let positions: Vec<usize> =
                questions.iter().map(|question| question.position).collect();
            assert_eq!(positions.len(), 3);
            assert!(positions.is_sorted_by(|a, b| a < b), "{positions:?}");
            for question in questions {
                let right = words().swap_remove(question.position - 1);
                assert!(question.choices.contains(&right));
                assert!(question.choices.is_sorted_by(|a, b| a < b));
            }
        }
    }

    #[test]
    fn repeated_words_never_leave_a_question_without_its_answer() {
        let same = words_of([0; 16]);
        let questions = questions(&same, &[9; 16]);
        assert_eq!(questions.len(), 3);
        let answers: Vec<String> =
            questions.iter().map(|question| same[question.position - 1].to_string()).collect();
        assert!(wrong_answers(&same, &questions, &answers).is_empty());
    }

    #[test]
    fn wrong_and_missing_answers_are_told_by_position() {
        let words = words();
        let questions = questions(&words, &[0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let mut answers: Vec<String> =
            questions.iter().map(|question| words[question.position - 1].to_string()).collect();
        assert!(wrong_answers(&words, &questions, &answers).is_empty());
        answers[1] = "zoo".into();
        assert_eq!(wrong_answers(&words, &questions, &answers), [questions[1].position]);
        assert_eq!(wrong_answers(&words, &questions, &[]).len(), 3);
    }

    #[test]
    fn a_word_takes_the_place_of_its_beginning() {
        for (text, expected) in [
            ("abandon abil", "abandon ability "),
            ("1. abandon 2.Abil", "1. abandon 2.ability "),
            ("abil", "ability "),
            ("abandon\n", "abandon\nability "),
        ] {
            assert_eq!(completed(text, "ability"), expected);
        }
    }

    #[test]
    fn passphrases_are_judged_by_length_first() {
        for (passphrase, strength) in [
            ("", Strength::TooShort),
            ("Abc123!", Strength::TooShort),
            ("aaaaaaaaaaaaaaaaaaaaaaaa", Strength::Weak),
            ("password", Strength::Weak),
            ("Tr0ubador&3", Strength::Fair),
            ("abcdefghijklmn", Strength::Fair),
            ("correct horse battery staple", Strength::Strong),
            ("äöüß ÄÖÜ 12345", Strength::Strong),
        ] {
            assert_eq!(Strength::of(passphrase), strength, "{passphrase}");
        }
    }
}
