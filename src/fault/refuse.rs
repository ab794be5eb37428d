//! `refuse`: nobody is let in any more, by the kernel's own word.

use super::{Fault, MayLast, ScopeKind, Strike};

pub(super) const FAULT: Fault = Fault {
    name: "refuse",
    title: "Refuse",
    params: &[],
    lasts: MayLast::LASTING,
    scopes: &[ScopeKind::All, ScopeKind::Lane, ScopeKind::Transport],
    nothing: &[],
    loses: &[],
    strike: |_| Ok(Strike::Listeners),
};
