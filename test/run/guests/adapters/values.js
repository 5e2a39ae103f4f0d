/** `acme:values/values`: gives each value back as it came, and tells what came. */
import { ECHO, ENDING, told } from "./told.js";

const seen = [];
const echo = (...values) => {
  seen.push(values.map(told).join(" "));
  return values.length === 1 ? values[0] : values;
};
/** An error of `result` is what is thrown. */
const ending = (outcome) => {
  seen.push(told(outcome));
  if (outcome.tag === "ok") return outcome.val;
  throw outcome.val;
};
const all = (names, to) => Object.fromEntries(names.map((name) => [name, to]));

/** Where an error has no payload, every exception is one. */
const bareOr = (outcome) => {
  seen.push(told(outcome));
  if (outcome.tag === "ok") return outcome.val;
  throw new Error("why");
};

export const values = { told: () => seen.splice(0), ...all(ECHO, echo), ...all(ENDING, ending), bareOr };
