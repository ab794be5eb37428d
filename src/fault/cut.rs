//! `cut`: the connection ends, in order or by RST.

use super::{Fault, Hit, Instead, MayLast, ScopeKind, Strike, Struck};
use crate::param::{Kind, Param};
use crate::wire::Cut;

const HOW: Param = Param::plain("how", Kind::Choice(&["rst", "fin"]));
const AT: Param = Param::plain("at", Kind::Choice(&["now", "request"]));

pub(super) const FAULT: Fault = Fault {
    name: "cut",
    title: "Cut",
    params: &[HOW, AT],
    lasts: MayLast::ONCE,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    strike: |values| {
        let how = if values.is(&HOW, "rst") { Cut::Rst } else { Cut::Fin };
        if values.is(&AT, "request") {
            return Ok(Strike::Requests(Instead::Cut(how)));
        }
        Ok(Strike::Wires(Box::new(move |line, Hit { .. }| {
            line.cut(how, "fault: cut");
            Struck { what: if how == Cut::Rst { "reset" } else { "ended" }, weaker: None }
        })))
    },
};
