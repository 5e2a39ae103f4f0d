//! Nothing: cargo has to fetch what this depends on.
