//! `nagle`: `TCP_NODELAY` off, so that a small write waits for the acknowledgement of the last (RFC 896).

use super::{Fault, MayLast, ScopeKind, Strike, Struck};

pub(super) const FAULT: Fault = Fault {
    name: "nagle",
    title: "Nagle",
    params: &[],
    lasts: MayLast::LASTING,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    loses: &[],
    strike: |_| {
        Ok(Strike::Wires(Box::new(|line, hit| {
            line.delay(hit.throw);
            Struck::AT_WORK
        })))
    },
};
