//! `restart`: the stage stops, and starts again after a time.

use super::{Fault, MayLast, ScopeKind, Strike};
use crate::param::{Kind, Param};

const LOG: Param = Param::plain("log", Kind::Choice(&["kept", "lost"]));

pub(super) const FAULT: Fault = Fault {
    name: "restart",
    title: "Restart",
    params: &[LOG],
    lasts: MayLast { once: false, time: true, until_cleared: false, usual: "1s" },
    scopes: &[ScopeKind::All],
    nothing: &[],
    strike: |values| Ok(Strike::Stage { log_lost: values.is(&LOG, "lost") }),
};
