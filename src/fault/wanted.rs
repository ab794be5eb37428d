//! A throw as it is asked for: read strictly, each no saying what would have been right.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use super::{ALL, BadValue, Fault, Scope, ScopeKind, Strike, Values, named};
use crate::pace::{format_span, parse_span};
use crate::param::nearest;

/// The shortest a throw may last, and the longest.
const SPANS: (Duration, Duration) = (Duration::from_millis(1), Duration::from_secs(3600));

/// A throw that can be.
pub struct Wanted {
    /// The fault.
    pub fault: &'static Fault,
    /// Its parameters.
    pub values: Values,
    /// Whose wires.
    pub scope: Scope,
    /// How long.
    pub lasts: Lasts,
    /// What it does.
    pub strike: Strike,
}

/// How long a throw lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// What is there now, or the next request.
    Once,
    /// So long.
    Time(Duration),
    /// Until somebody clears it.
    UntilCleared,
}

/// A throw that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The member that is wrong.
    pub member: String,
    /// What would have been right.
    pub wanted: String,
    /// What is there.
    pub found: String,
    /// What to do, where there is something special.
    pub fix: Option<String>,
}

impl Wanted {
    /// Reads the body of a throw.
    ///
    /// # Errors
    /// The first member that is wrong.
    pub fn read(mut given: Map<String, Value>) -> Result<Self, Malformed> {
        let fault = fault(given.remove("fault").as_ref())?;
        let scope = scope(given.remove("scope"), fault)?;
        let lasts = lasts(given.remove("lasts"), fault)?;
        let values = Values::read(fault, &given)?;
        let strike = (fault.strike)(&values)?;
        Ok(Self { fault, values, scope, lasts, strike })
    }
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanted").field("fault", &self.fault.name).finish_non_exhaustive()
    }
}

impl fmt::Display for Lasts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once => f.write_str("once"),
            Self::Time(span) => f.write_str(&format_span(*span)),
            Self::UntilCleared => f.write_str("until-cleared"),
        }
    }
}

impl From<BadValue> for Malformed {
    fn from(BadValue { name, wanted, found }: BadValue) -> Self {
        Self { member: name, wanted, found, fix: None }
    }
}

fn malformed(member: &str, wanted: impl Into<String>, found: Option<&Value>) -> Malformed {
    let found = found.map_or_else(|| "nothing".to_owned(), Value::to_string);
    Malformed { member: member.to_owned(), wanted: wanted.into(), found, fix: None }
}

fn fault(given: Option<&Value>) -> Result<&'static Fault, Malformed> {
    let name = given.and_then(Value::as_str);
    name.and_then(named).ok_or_else(|| {
        let names: Vec<&str> = ALL.iter().map(|fault| fault.name).collect();
        let wrong = malformed("fault", format!("one of {}", names.join(", ")), given);
        let nearest = name.and_then(|name| nearest(name, names));
        Malformed { fix: nearest.map(|name| format!("the nearest is {name}; see GET /api/faults")), ..wrong }
    })
}

fn scope(given: Option<Value>, fault: &Fault) -> Result<Scope, Malformed> {
    let Some(given) = given else { return Ok(Scope::All) };
    let form = |kind: &ScopeKind| match kind {
        ScopeKind::All => "all",
        ScopeKind::Lane => "lane:NAME",
        ScopeKind::Transport => "transport:NAME",
        ScopeKind::Connection => "connection:NUMBER",
    };
    let forms: Vec<&str> = fault.scopes.iter().map(form).collect();
    let wrong = || malformed("scope", forms.join(" or "), Some(&given));
    let scope: Scope = given.as_str().and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    let plain = match &scope {
        Scope::Lane(name) => {
            let known = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            name.len() <= 40 && name.chars().all(known)
        }
        Scope::Connection(number) => *number > 0 && given == scope.to_string().as_str(),
        Scope::All | Scope::Transport(_) => true,
    };
    if plain && fault.scopes.contains(&scope.kind()) { Ok(scope) } else { Err(wrong()) }
}

fn lasts(given: Option<Value>, fault: &Fault) -> Result<Lasts, Malformed> {
    let usual = || Value::from(fault.lasts.usual);
    let given = given.unwrap_or_else(usual);
    let time = || -> Option<Lasts> {
        let span = parse_span(given.as_str()?).ok()?;
        (SPANS.0..=SPANS.1).contains(&span).then_some(Lasts::Time(span))
    };
    let found = match given.as_str() {
        Some("once") if fault.lasts.once => Some(Lasts::Once),
        Some("until-cleared") if fault.lasts.until_cleared => Some(Lasts::UntilCleared),
        _ if fault.lasts.time => time(),
        _ => None,
    };
    found.ok_or_else(|| {
        let forms = [
            (fault.lasts.once, "once"),
            (fault.lasts.time, "a duration with its unit, from 1ms to 1h"),
            (fault.lasts.until_cleared, "until-cleared"),
        ];
        let forms: Vec<&str> = forms.into_iter().filter(|form| form.0).map(|form| form.1).collect();
        malformed("lasts", format!("{}, for {}", forms.join(" or "), fault.name), Some(&given))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(given: &Value) -> Result<Wanted, Malformed> {
        Wanted::read(given.as_object().cloned().unwrap_or_default())
    }

    #[test]
    fn what_is_left_out_is_as_the_fault_says() {
        let wanted = read(&json!({"fault": "cut"})).expect("read");
        assert_eq!((wanted.scope, wanted.lasts), (Scope::All, Lasts::Once));
        assert_eq!(wanted.values.told()["how"], "rst");
        let wanted = read(&json!({"fault": "cut", "how": "fin", "scope": "lane:a-1", "lasts": "1500ms"}))
            .expect("read");
        assert_eq!(
            (wanted.scope.to_string(), wanted.lasts.to_string()),
            ("lane:a-1".into(), "1s500ms".into())
        );
    }

    #[test]
    fn each_member_that_is_wrong_is_named_with_what_would_be_right() {
        for (given, member) in [
            (json!({}), "fault"),
            (json!({"fault": 5}), "fault"),
            (json!({"fault": "cut", "how": "gently"}), "how"),
            (json!({"fault": "cut", "howw": "rst"}), "howw"),
            (json!({"fault": "cut", "scope": "everyone"}), "scope"),
            (json!({"fault": "cut", "scope": "lane:a b"}), "scope"),
            (json!({"fault": "cut", "scope": "connection:07"}), "scope"),
            (json!({"fault": "cut", "scope": null}), "scope"),
            (json!({"fault": "cut", "lasts": "2h"}), "lasts"),
            (json!({"fault": "cut", "lasts": "for ever"}), "lasts"),
            (json!({"fault": "refuse", "lasts": "once"}), "lasts"),
            (json!({"fault": "refuse", "scope": "connection:1"}), "scope"),
            (json!({"fault": "restart", "lasts": "until-cleared"}), "lasts"),
            (json!({"fault": "restart", "scope": "lane:a"}), "scope"),
        ] {
            let wrong = read(&given).expect_err(&given.to_string());
            assert_eq!(wrong.member, member, "{given}");
            assert!(!wrong.wanted.is_empty() && !wrong.found.is_empty(), "{wrong:?}");
        }
    }

    #[test]
    fn a_fault_that_is_not_there_is_told_its_nearest() {
        for (name, nearest) in
            [("cutt", "cut"), ("anwser", "answer"), ("restrat", "restart"), ("refused", "refuse")]
        {
            let wrong = read(&json!({"fault": name})).expect_err(name);
            assert!(wrong.fix.is_some_and(|fix| fix.contains(nearest)), "{name}");
        }
    }
}
