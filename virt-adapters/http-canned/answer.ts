// What is behind the resources by which a response comes in: the entry of the image, and whether what can be had once was had.

import { RETURN_AREA } from "../../src/image/layout";
import { give, take } from "./heap";

@unmanaged
export class Answer {
  entry: usize;
  isUsed: u32;
}

@inline
export function answerAt(representation: usize): Answer {
  return changetype<Answer>(representation << 3);
}

/** A representation. */
export function answerOf(entry: usize): usize {
  const answer = changetype<Answer>(take(offsetof<Answer>()));
  answer.entry = entry;
  answer.isUsed = 0;
  return changetype<usize>(answer) >> 3;
}

@inline
export function giveAnswer(representation: usize): void {
  give(representation << 3, offsetof<Answer>());
}

/**
 * `option<result<result<T, error-code>>>`: `ok` of `ok`, and from the second time on an error. Whether it is the first time; then the
 * value is to be stored at offset 24.
 */
export function first(answer: Answer): bool {
  memory.fill(RETURN_AREA, 0, 40);
  store<u8>(RETURN_AREA, 1);
  if (answer.isUsed) store<u8>(RETURN_AREA, 1, 8);
  const isFirst = !answer.isUsed;
  answer.isUsed = 1;
  return isFirst;
}
