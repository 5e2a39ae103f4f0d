// Whom rules tell what they refuse: the guest of traces, which prints a line (../trace/refused.ts). A piece is what the program has
// given, or what lies at the address of the line's text; what there is none of has no bytes.

/** The kind of the line, a number in it, and pieces: address and length. */
@external("wasi-nest:trace/refused", "tell")
export declare function tell(
  kind: u32,
  number: u32,
  first: usize,
  firstLength: usize,
  second: usize,
  secondLength: usize,
  third: usize,
  thirdLength: usize,
): void;
