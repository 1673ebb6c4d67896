//! Whose turn it is to mine, among tabs that can only talk to each other. Pure.
//!
//! A tab asks; who mines answers; when nobody has answered in time it is the asker's turn. When two ask
//! at once, or mine and hear of each other, the one with the smaller number has it. A tab that crashed
//! answers nobody, so that whoever waits and asks again gets the turn.

/// What tabs say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// Does anybody mine? Says the tab with this number.
    Ask(u64),
    /// The tab with this number does.
    Mine(u64),
    /// Who mined has stopped.
    Free,
}

impl Say {
    /// As a text.
    #[must_use]
    pub fn to_text(self) -> String {
        match self {
            Self::Ask(number) => format!("ask {number}"),
            Self::Mine(number) => format!("mine {number}"),
            Self::Free => "free".to_owned(),
        }
    }

    /// Of a text; `None` when it is of another version.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            Some(("ask", number)) => number.parse().map(Self::Ask).ok(),
            Some(("mine", number)) => number.parse().map(Self::Mine).ok(),
            None if text == "free" => Some(Self::Free),
            _ => None,
        }
    }
}

/// One tab's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    number: u64,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Asking,
    Ours,
    Waiting,
}

impl Turn {
    /// A tab of this number, which begins by saying [`Turn::ask`].
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self { number, phase: Phase::Waiting }
    }

    /// Whether it is this tab's turn.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        matches!(self.phase, Phase::Ours)
    }

    /// Asks, unless it is this tab's turn already: now and again, for who mined may have crashed.
    pub fn ask(&mut self) -> Option<Say> {
        if self.is_ours() {
            return None;
        }
        self.phase = Phase::Asking;
        Some(Say::Ask(self.number))
    }

    /// Hears another tab, and says what is to be said to that.
    pub fn hear(&mut self, say: Say) -> Option<Say> {
        match (say, self.phase) {
            (Say::Ask(_), Phase::Ours) => Some(Say::Mine(self.number)),
            (Say::Ask(other), Phase::Asking) if self.number < other => Some(Say::Mine(self.number)),
            (Say::Mine(other), Phase::Ours) if self.number < other => Some(Say::Mine(self.number)),
            (Say::Mine(_), _) => {
                self.phase = Phase::Waiting;
                None
            }
            (Say::Free, Phase::Waiting) => self.ask(),
            (Say::Ask(_) | Say::Free, _) => None,
        }
    }

    /// Some time after the question: when nobody has answered it is this tab's turn, which is said.
    pub fn settle(&mut self) -> Option<Say> {
        if self.phase != Phase::Asking {
            return None;
        }
        self.phase = Phase::Ours;
        Some(Say::Mine(self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets every tab hear what one of them says, and what they say to that.
    fn say(tabs: &mut [Turn], from: usize, said: Option<Say>) {
        let Some(said) = said else { return };
        for to in 0..tabs.len() {
            if to != from {
                let answer = tabs[to].hear(said);
                say(tabs, to, answer);
            }
        }
    }

    fn ask(tabs: &mut [Turn], tab: usize) {
        let said = tabs[tab].ask();
        say(tabs, tab, said);
    }

    fn settle(tabs: &mut [Turn], tab: usize) {
        let said = tabs[tab].settle();
        say(tabs, tab, said);
    }

    fn ours(tabs: &[Turn]) -> Vec<bool> {
        tabs.iter().map(Turn::is_ours).collect()
    }

    #[test]
    fn everything_said_survives_the_way() {
        for said in [Say::Ask(7), Say::Mine(u64::MAX), Say::Free] {
            assert_eq!(Say::parse(&said.to_text()), Some(said));
        }
        for text in ["", "ask", "ask -1", "free 1", "mine x", "give 3"] {
            assert_eq!(Say::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_second_tab_waits_until_the_first_one_stops() {
        let mut tabs = [Turn::new(9), Turn::new(3)];
        ask(&mut tabs, 0);
        settle(&mut tabs, 0);
        ask(&mut tabs, 1);
        settle(&mut tabs, 1);
        assert_eq!(ours(&tabs), [true, false]);
        // The first tab is gone; the second hears of it, asks again, and nobody answers.
        let asked = tabs[1].hear(Say::Free);
        assert_eq!(asked, Some(Say::Ask(3)));
        settle(&mut tabs[1..], 0);
        assert!(tabs[1].is_ours());
    }

    #[test]
    fn of_tabs_that_ask_at_once_one_gets_the_turn() {
        for numbers in [[1, 2, 3], [3, 2, 1], [2, 3, 1]] {
            let mut tabs = numbers.map(Turn::new);
            let asked: Vec<_> = tabs.iter_mut().map(Turn::ask).collect();
            for (tab, asked) in asked.into_iter().enumerate() {
                say(&mut tabs, tab, asked);
            }
            for tab in 0..tabs.len() {
                settle(&mut tabs, tab);
            }
            let count = ours(&tabs).into_iter().filter(|is_ours| *is_ours).count();
            assert_eq!(count, 1, "{numbers:?}: {tabs:?}");
        }
    }

    #[test]
    fn tabs_that_did_not_hear_of_each_other_agree_once_they_do() {
        let mut tabs = [Turn::new(5), Turn::new(4)];
        for tab in &mut tabs {
            tab.ask();
            tab.settle();
        }
        assert_eq!(ours(&tabs), [true, true]);
        let heard = tabs[1].hear(Say::Mine(5));
        say(&mut tabs, 1, heard);
        assert_eq!(ours(&tabs), [false, true]);
    }

    #[test]
    fn the_turn_of_a_tab_that_crashed_is_found_by_asking_again() {
        let mut waiting = Turn::new(8);
        waiting.ask();
        waiting.hear(Say::Mine(9));
        assert_eq!(waiting.settle(), None);
        assert_eq!(waiting.ask(), Some(Say::Ask(8)));
        assert_eq!(waiting.settle(), Some(Say::Mine(8)));
        assert!(waiting.is_ours());
        assert_eq!(waiting.ask(), None);
    }
}
