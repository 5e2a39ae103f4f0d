// Where rules refuse something, it is told where that is wanted, by a guest that the composer puts in here (../telling): from all other
// outputs it takes the calls away.

/**
 * Gives back the reason why the call fails: an error code, that the place that rules were asked about last is hidden (RULE_HIDES), or
 * that it is protected (1). 0: it does not.
 */
@external("told", "refused")
export declare function told(reason: usize): usize;
