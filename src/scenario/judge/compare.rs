//! Whether a value is what it is held against.

use std::time::Duration;

use crate::measure::{Observed, Value};
use crate::scenario::model::{Bound, Held};

/// Other lanes' values, of those that a bound names.
#[derive(Debug, Default)]
pub(super) struct Against(pub Vec<(String, Vec<Option<Value>>)>);

impl Against {
    fn of(&self, name: &str) -> &[Option<Value>] {
        self.0.iter().find(|(other, _)| other == name).map_or(&[], |(_, values)| values)
    }
}

/// The values of the lanes that it is held against.
pub(super) fn against(held: &Held, others: &dyn Fn(&str) -> Vec<Observed>) -> Against {
    let names: Vec<&str> = match held {
        Held::Number(bound) => bound.lanes().collect(),
        Held::Time(bound) => bound.lanes().collect(),
        _ => Vec::new(),
    };
    let values = |name: &str| others(name).into_iter().map(|observed| observed.value).collect();
    Against(names.into_iter().map(|name| (name.to_owned(), values(name))).collect())
}

/// Whether the value is as it is to be. What was not observed is not as it is to be: nothing has been shown then.
pub(super) fn holds(held: &Held, value: Option<&Value>, against: &Against) -> bool {
    match (held, value) {
        (Held::Number(bound), Some(Value::Number(number))) => within(bound, *number, *number, against),
        (Held::Time(bound), Some(Value::Times(least, most))) => within(bound, *least, *most, against),
        (Held::Flag(wanted), Some(Value::Flag(flag))) => wanted == flag,
        (Held::OneOf(words), Some(Value::Text(word))) => words.contains(word),
        (Held::OneOf(words), None) => words.iter().any(String::is_empty),
        (Held::Exactly(wanted), Some(Value::List(list))) => wanted == list,
        (Held::Begins(wanted), Some(Value::List(list))) => list.starts_with(wanted),
        (Held::Has(wanted), Some(Value::List(list))) => {
            let mut rest = list.iter();
            wanted.iter().all(|word| rest.any(|other| other == word))
        }
        (Held::Set(wanted), Some(Value::List(list))) => {
            let sorted = |words: &[String]| {
                let mut words = words.to_vec();
                words.sort();
                words
            };
            sorted(wanted) == sorted(list)
        }
        _ => false,
    }
}

/// A value that can be told to be less than another, and its double.
trait Measured: Copy + PartialOrd {
    fn number(self) -> f64;
    /// The greatest of a value of this kind.
    fn of(value: &Value) -> Option<Self>;
}

impl Measured for u64 {
    #[expect(clippy::cast_precision_loss, reason = "counts and bytes of one run are far below 2^53")]
    fn number(self) -> f64 {
        self as f64
    }

    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl Measured for Duration {
    fn number(self) -> f64 {
        self.as_secs_f64()
    }

    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Times(_, most) => Some(*most),
            _ => None,
        }
    }
}

/// Of several times all are within `min` and `max`; with those of another lane the greatest is compared.
fn within<T: Measured>(bound: &Bound<T>, least: T, most: T, against: &Against) -> bool {
    let than = |other: &(String, f64), holds: fn(f64, f64) -> bool| {
        let (name, times) = other;
        let each = |value: &Option<Value>| {
            value.as_ref().and_then(T::of).is_some_and(|value| holds(most.number(), value.number() * times))
        };
        let values = against.of(name);
        !values.is_empty() && values.iter().all(each)
    };
    bound.min.is_none_or(|min| least >= min)
        && bound.max.is_none_or(|max| most <= max)
        && bound.below.as_ref().is_none_or(|other| than(other, |one, other| one < other))
        && bound.above.as_ref().is_none_or(|other| than(other, |one, other| one > other))
        && bound.same_as.as_ref().is_none_or(|name| {
            // Whole numbers: nothing is lost on the way.
            than(&(name.clone(), 1.0), |one, other| (one - other).abs() < f64::EPSILON)
        })
}
