//! Reports: what records mean, in some form. A pure function of records, never of a running system.
