//! The timeline as a picture: one axis of time, a row a lane, states as bars, events and requests as marks, faults as bands
//! across the rows, waiting and replay in their own colours. What it shows stands in the tables beside it as well.

use maud::{Markup, html};

use super::marks::{Paths, diamonds, paths};
use crate::measure::{Lane, Span, State, Throw};
use crate::report::read::Report;
use crate::report::table;
use crate::report::words::{millis, number};

/// The picture's own units; it is scaled to the page.
const WIDTH: f64 = 1120.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 1108.0;
const ROW: f64 = 74.0;
/// Above the rows, for the names of the faults.
const TOP: f64 = 42.0;
const AXIS: f64 = 26.0;
/// More throws than these are not all named.
const NAMED: usize = 12;

/// Where an instant lies.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    from: f64,
    to: f64,
}

impl Scale {
    pub(super) fn x(self, at: f64) -> f64 {
        let part = (at - self.from) / (self.to - self.from);
        round(LEFT + part.clamp(0.0, 1.0) * (RIGHT - LEFT))
    }
}

pub(super) fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The lanes that are drawn: those that have rows in the table, and of many at least the first.
fn drawn(report: &Report) -> Vec<usize> {
    let rows: Vec<usize> = table::rows(report).into_iter().filter_map(|row| row.index).collect();
    let firsts = table::groups(report).into_iter().filter_map(|(_, lanes)| lanes.first().copied());
    let mut all: Vec<usize> = rows.iter().copied().chain(firsts).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The picture of a run, with its legend.
pub(super) fn figure(id: &str, report: &Report) -> Markup {
    let facts = &report.facts;
    let lanes: Vec<&Lane> = drawn(report).into_iter().map(|index| &facts.lanes[index]).collect();
    if lanes.is_empty() || !facts.from.is_finite() {
        return html! {};
    }
    // Something is seen at the very end, too.
    let scale =
        Scale { from: facts.from, to: facts.to.max(facts.from + 1.0) + (facts.to - facts.from) * 0.01 };
    let height = TOP + ROW * f64::from(u32::try_from(lanes.len()).unwrap_or(u32::MAX)) + AXIS;
    let all = facts.lanes.len();
    html! {
        figure.timeline {
            div.wide tabindex="0" role="region" aria-label="Timeline" {
                svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-labelledby=(format!("{id}-t {id}-d")) {
                    title id=(format!("{id}-t")) { "Timeline of " (report.title) }
                    desc id=(format!("{id}-d")) { (described(report, &lanes)) }
                    (axis(scale, height))
                    (bands(report, &lanes, scale))
                    @for (index, lane) in lanes.iter().enumerate() { (row(lane, scale, y_of(index), facts.to)) }
                }
            }
            figcaption {
                @if lanes.len() < all { "Of " (number(all as u64)) " lanes " (lanes.len()) " are drawn. " }
                (legend())
            }
        }
    }
}

fn y_of(index: usize) -> f64 {
    TOP + ROW * f64::from(u32::try_from(index).unwrap_or(u32::MAX)) + 36.0
}

/// The picture in words, lane by lane.
fn described(report: &Report, lanes: &[&Lane]) -> String {
    let from = report.facts.from;
    let told = |lane: &&Lane| {
        let states: Vec<String> = lane
            .spans
            .iter()
            .take(12)
            .map(|span| format!("{} from {}", span.state.name(), millis(Some(span.from - from))))
            .collect();
        format!("{}: {}.", lane.header.name, states.join(", "))
    };
    let throws = report.facts.throws.iter().take(NAMED);
    let throws =
        throws.map(|throw| format!("{} thrown at {}.", throw.title(), millis(Some(throw.at - from))));
    throws.chain(lanes.iter().map(told)).collect::<Vec<_>>().join(" ")
}

fn axis(scale: Scale, height: f64) -> Markup {
    let bottom = height - AXIS;
    html! {
        g.axis {
            @for tick in ticks(scale.to - scale.from) {
                @let x = scale.x(scale.from + tick);
                line x1=(x) x2=(x) y1=(TOP - 6.0) y2=(bottom) {}
                text x=(x) y=(bottom + 17.0) { (tick_name(tick)) }
            }
        }
    }
}

/// Round instants, about one each 90 units.
fn ticks(span: f64) -> Vec<f64> {
    let rough = span * 90.0 / (RIGHT - LEFT);
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
    let step = step.into_iter().find(|step| *step >= rough).unwrap_or(10.0 * power);
    let mut ticks = vec![0.0];
    // The last one would stand beyond the edge with its name.
    while let Some(last) = ticks.last().map(|last| last + step)
        && last < span * 0.98
        && ticks.len() < 40
    {
        ticks.push(last);
    }
    ticks
}

fn tick_name(ms: f64) -> String {
    if ms == 0.0 {
        "0".to_owned()
    } else if ms < 1000.0 {
        format!("{} ms", round(ms))
    } else {
        format!("{} s", (ms / 10.0).round() / 100.0)
    }
}

fn bands(report: &Report, lanes: &[&Lane], scale: Scale) -> Markup {
    let throws: Vec<(&Throw, Vec<usize>)> = report
        .facts
        .throws
        .iter()
        .map(|throw| (throw, (0..lanes.len()).filter(|row| throw.covers(lanes[*row])).collect::<Vec<_>>()))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    // Two lines of names; where there is no room on either, the table and the record tell it.
    let mut ends = [f64::NEG_INFINITY; 2];
    let mut place = |x: f64, title: &str| {
        let wide = f64::from(u32::try_from(title.chars().count()).unwrap_or(u32::MAX)) * 6.6;
        let left = x.min(RIGHT - wide).max(LEFT);
        let line = ends.iter().position(|end| *end < left)?;
        ends[line] = left + wide + 10.0;
        Some((round(left), [14.0, 30.0][line]))
    };
    let named: Vec<_> =
        throws.iter().take(NAMED).map(|(throw, _)| place(scale.x(throw.at), &throw.title())).collect();
    html! {
        g.faults {
            @for (index, (throw, rows)) in throws.iter().enumerate() {
                @let (from, to) = (scale.x(throw.at), scale.x(throw.cleared.unwrap_or(report.facts.to)));
                @for row in rows {
                    @let y = y_of(*row) - 36.0;
                    @if to - from >= 3.0 { rect.band x=(from) y=(y) width=(round(to - from)) height=(ROW) {} }
                    line.throw x1=(from) x2=(from) y1=(y) y2=(y + ROW) {}
                }
                @if let Some(Some((x, y))) = named.get(index) { text x=(x) y=(y) { (throw.title()) } }
            }
        }
    }
}

fn row(lane: &Lane, scale: Scale, y: f64, ends: f64) -> Markup {
    let Paths { down, up, replay, faint, failed } = paths(lane, scale, y);
    html! {
        g class=(format!("lane t-{}", lane.header.transport)) {
            text.name x="4" y=(y - 4.0) { (shortened(&lane.header.name)) }
            text.transport x="4" y=(y + 12.0) { (lane.header.transport) }
            @for span in &lane.spans { (state(span, scale, y, ends)) }
            path.faint d=(faint) {}
            path.up d=(up) {}
            path.down d=(down) {}
            path.replay d=(replay) {}
            path.failed d=(failed) {}
            (replays(lane, scale, y, ends))
            @for diamond in diamonds(lane, scale, y) { path.struck d=(diamond) { title { "struck" } } }
            (labels(lane, scale, y, ends))
        }
    }
}

/// A name that fits beside its row.
fn shortened(name: &str) -> String {
    if name.chars().count() <= 19 { name.to_owned() } else { name.chars().take(18).chain(['…']).collect() }
}

fn state(span: &Span, scale: Scale, y: f64, ends: f64) -> Markup {
    let (from, to) = (scale.x(span.from), scale.x(span.to.unwrap_or(ends)));
    let wide = round((to - from).max(1.0));
    let title = format!("{} for {}", span.state.name(), millis(Some(span.to.unwrap_or(ends) - span.from)));
    html! {
        @match span.state {
            State::Open => { rect.open x=(from) y=(y - 1.5) width=(wide) height="3" { title { (title) } } }
            State::Connecting => { rect.connecting x=(from) y=(y - 5.0) width=(wide.max(2.0)) height="10" { title { (title) } } }
            State::Waiting => { rect.waiting x=(from) y=(y - 9.0) width=(wide) height="18" { title { (title) } } }
            State::Closed | State::GivenUp => {
                line class=(span.state.name()) x1=(from) x2=(to) y1=(y) y2=(y) {}
                rect.end x=(round(from - 2.0)) y=(y - 7.0) width="4" height="14" { title { (title) } }
            }
            State::Idle | State::Ended => {}
        }
    }
}

/// What was caught up with comes in one burst: a bar over it.
fn replays(lane: &Lane, scale: Scale, y: f64, ends: f64) -> Markup {
    html! {
        @for one in lane.recoveries.iter().filter(|one| one.replayed > 0) {
            @if let Some(opened) = one.opened_at {
                @let (from, to) = (scale.x(one.byte_at.unwrap_or(opened)), scale.x(one.caught_up_at.unwrap_or(ends)));
                rect.replay-bar x=(round(from - 1.0)) y=(y - 30.0) width=(round((to - from + 2.0).max(6.0))) height="3" {}
            }
        }
    }
}

/// What is said beside states that last, where there is room for it.
fn labels(lane: &Lane, scale: Scale, y: f64, ends: f64) -> Markup {
    let mut taken = f64::NEG_INFINITY;
    let mut place = |x: f64, text: String| {
        let wide = f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX)) * 6.4;
        let left = x.min(RIGHT - wide).max(LEFT);
        if left < taken {
            return None;
        }
        taken = left + wide + 8.0;
        Some((round(left), text))
    };
    let mut told: Vec<(f64, String)> =
        lane.spans
            .iter()
            .filter_map(|span| Some((scale.x(span.from), said(span, ends)?)))
            .chain(lane.recoveries.iter().filter(|one| one.replayed > 0).filter_map(|one| {
                Some((scale.x(one.first_at?), format!("{} replayed", number(one.replayed))))
            }))
            .collect();
    told.sort_by(|a, b| a.0.total_cmp(&b.0));
    let placed: Vec<_> = told.into_iter().filter_map(|(x, text)| place(x, text)).collect();
    html! { @for (x, text) in placed { text.label x=(x) y=(y + 33.0) { (text) } } }
}

fn said(span: &Span, ends: f64) -> Option<String> {
    let lasted = span.to.unwrap_or(ends) - span.from;
    let code = span.code.map(|code| format!(" {code}")).unwrap_or_default();
    match span.state {
        State::Waiting if span.cause == "full" => Some(format!("no room, waits {}", millis(Some(lasted)))),
        State::Waiting if span.browser_decides => {
            Some(format!("waits {}, the client decides", millis(Some(lasted))))
        }
        State::Waiting => Some(format!("waits {}", millis(Some(lasted)))),
        State::GivenUp => Some(format!("given up: {}", span.cause)),
        // A state that passes at once needs no words.
        State::Closed if lasted > 60.0 || span.to.is_none() => Some(format!("closed{code}")),
        _ => None,
    }
}

fn legend() -> Markup {
    let entries = [
        ("down", "event"),
        ("up", "request"),
        ("wait", "waiting"),
        ("connect", "connecting"),
        ("replayed", "replayed"),
        ("cross", "failed"),
        ("gone", "closed"),
        ("diamond", "struck"),
        ("fault", "fault"),
    ];
    html! { span.legend { @for (class, word) in entries { span class=(format!("key {class}")) { (word) } " " } } }
}
