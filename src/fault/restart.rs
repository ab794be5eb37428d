//! `restart`: the stage stops, and starts again after a time.

use super::{Fault, Loss, MayLast, ScopeKind, Strike};
use crate::param::{Kind, Param};

const LOG: Param = Param::plain("log", Kind::Choice(&["kept", "lost"]));

pub(super) const FAULT: Fault = Fault {
    name: "restart",
    title: "Restart",
    params: &[LOG],
    lasts: MayLast { once: false, time: true, until_cleared: false, usual: "1s" },
    scopes: &[ScopeKind::All],
    nothing: &[],
    loses: &[Loss {
        transports: &[],
        when: "log=lost",
        holds: |values| values.is(&LOG, "lost"),
        why: "the events of a log that is lost are gone",
    }],
    strike: |values| Ok(Strike::Stage { log_lost: values.is(&LOG, "lost") }),
};
